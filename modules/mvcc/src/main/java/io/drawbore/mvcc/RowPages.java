package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import java.util.List;
import java.util.function.Consumer;

/** Walks rows in revision order, however many, and holds only a page of them at a time. */
public final class RowPages {
    private static final int HEADS_AT_A_TIME = 10_000;

    /** Few, since each may be as large as a request. */
    private static final int VALUES_AT_A_TIME = 128;

    private RowPages() {}

    /** Tells of every row of a view, in revision order; on the caller's thread. */
    public static void forEach(ReadTx tx, ReadTx.Content content, Consumer<KeyRow> each) {
        forEach(tx, new Revision(0, 0), Revision.END, content, each);
    }

    /**
     * Tells of rows in revision order; on the caller's thread.
     *
     * @param from first revision wanted
     * @param to first revision not wanted
     */
    public static void forEach(
            ReadTx tx, Revision from, Revision to, ReadTx.Content content, Consumer<KeyRow> each) {
        int limit = content == ReadTx.Content.HEADS ? HEADS_AT_A_TIME : VALUES_AT_A_TIME;
        Revision next = from;
        List<KeyRow> rows;
        do {
            rows = tx.scan(next, to, limit, content);
            rows.forEach(each);
            if (!rows.isEmpty()) {
                next = rows.getLast().revision().next();
            }
        } while (rows.size() == limit);
    }
}
