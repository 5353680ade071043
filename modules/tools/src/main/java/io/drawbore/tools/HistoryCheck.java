package io.drawbore.tools;

import com.google.protobuf.ByteString;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.Counter;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.mvcc.RowPages;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the changes of each key follow one another above the compact revision: none is missing between two, and none
 * is newer than the store. Memory grows with the keys.
 */
final class HistoryCheck {
    /** A key's present life: version 0 where it has none. */
    private record Life(long createRevision, long version) {}

    private static final Life NONE = new Life(0, 0);

    private final long revision;
    private final long compacted;
    private final Map<ByteString, Life> lives = new HashMap<>();
    private long rows;
    private long last = 1;

    private HistoryCheck(long revision, long compacted) {
        this.revision = revision;
        this.compacted = compacted;
    }

    /**
     * Reads all rows, with their values.
     *
     * @return what was found
     * @throws CorruptionException naming the first row that is wrong
     */
    static String check(ReadTx view) {
        HistoryCheck check =
                new HistoryCheck(view.counter(Counter.REVISION), view.counter(Counter.COMPACT_REVISION));
        RowPages.forEach(view, ReadTx.Content.VALUES, check::row);
        check.end();
        return check.rows + " rows of " + check.lives.size() + " keys";
    }

    private void row(KeyRow row) {
        rows++;
        last = row.revision().main();
        Life before = lives.getOrDefault(row.key(), NONE);
        Life after = row.tombstone() ? NONE : new Life(row.createRevision(), row.version());
        if (last > compacted) {
            String wrong = wrong(row, before, after);
            if (wrong != null) {
                throw new CorruptionException("row " + row.revision() + " of table key_row " + wrong);
            }
        }
        lives.put(row.key(), after);
    }

    private static @Nullable String wrong(KeyRow row, Life before, Life after) {
        if (row.tombstone()) {
            return before.version == 0 ? "deletes a key that isn't there" : null;
        }
        Life expected = before.version == 0
                ? new Life(row.revision().main(), 1)
                : new Life(before.createRevision, before.version + 1);
        return after.equals(expected)
                ? null
                : "is change " + after.version + " of a key created at " + after.createRevision + ", and change "
                        + expected.version + " of one created at " + expected.createRevision + " was expected";
    }

    private void end() {
        if (last > revision) {
            throw new CorruptionException("row " + last + " of table key_row is newer than the store's revision, "
                    + revision);
        }
        if (last < revision && revision > Math.max(1, compacted)) {
            throw new CorruptionException("the store is at revision " + revision + ", and the last row of table key_row"
                    + " is of " + last);
        }
    }
}
