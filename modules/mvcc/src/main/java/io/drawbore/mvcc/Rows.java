package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that the index says must be there. */
final class Rows {
    private static final int AT_A_TIME = 1_000;

    private Rows() {}

    /** One row. */
    static KeyRow existing(ReadTx tx, Revision revision) {
        return existing(tx.row(revision), revision);
    }

    /** Rows in the order of the revisions given, however many. */
    static List<KeyRow> existing(ReadTx tx, List<Revision> revisions) {
        List<KeyRow> all = new ArrayList<>(revisions.size());
        for (int from = 0; from < revisions.size(); from += AT_A_TIME) {
            List<Revision> some = revisions.subList(from, Math.min(revisions.size(), from + AT_A_TIME));
            List<@Nullable KeyRow> rows = tx.rows(some);
            for (int i = 0; i < some.size(); i++) {
                all.add(existing(rows.get(i), some.get(i)));
            }
        }
        return all;
    }

    private static KeyRow existing(@Nullable KeyRow row, Revision revision) {
        if (row == null) {
            throw new MissingRowException(revision);
        }
        return row;
    }
}
