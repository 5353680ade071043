package io.drawbore.watch;

import io.drawbore.api.KeyRow;
import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.KeyRange;

/**
 * One watcher of a stream. While it keeps up its cursor is the hub's; while it is behind, only its stream's drain
 * moves it.
 */
final class Watcher {
    final long id;
    final KeyRange range;
    final boolean previousValues;
    final WatchConnection connection;
    private final boolean puts;
    private final boolean deletes;

    /** The first main revision it has not been handed yet; only grows. Guarded by the hub while it keeps up. */
    private long cursor;

    /** @param cursor the first main revision wanted */
    Watcher(
            long id,
            KeyRange range,
            long cursor,
            boolean previousValues,
            boolean puts,
            boolean deletes,
            WatchConnection connection) {
        this.id = id;
        this.range = range;
        this.cursor = cursor;
        this.previousValues = previousValues;
        this.puts = puts;
        this.deletes = deletes;
        this.connection = connection;
    }

    long cursor() {
        return cursor;
    }

    /** Moves the cursor on; to go back would be to show history twice. */
    void advanceTo(long revision) {
        cursor = Math.max(cursor, revision);
    }

    /** Whether a row is for this watcher. */
    boolean wants(Key key, KeyRow row) {
        return row.revision().main() >= cursor && (row.tombstone() ? deletes : puts) && range.contains(key);
    }
}
