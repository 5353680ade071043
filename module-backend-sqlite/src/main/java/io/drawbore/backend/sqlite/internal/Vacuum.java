package io.drawbore.backend.sqlite.internal;

import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Gives free pages at the end of the file back, in transactions of a few milliseconds. A page in use that lies behind a
 * free one is moved there first. The apply thread only.
 *
 * <p>What a page costs depends on how long the list of free pages is and on what the disk does, by a factor of a
 * hundred; so the size of a step follows the time that the last ones took, and a step looks at the clock as it goes.
 */
final class Vacuum {
    /** How long a step should take, its commit included. Whoever waits behind one waits no longer than that. */
    static final long STEP_NANOS = 2_000_000;

    /** Pages between two looks at the clock. */
    private static final int PAGES_AT_ONCE = 8;

    private static final int MOST_PAGES = 2_048;

    private final SqliteConnection connection;
    private final Writer writer;
    private final LongSupplier nanoTime;
    private int pages = PAGES_AT_ONCE;

    Vacuum(SqliteConnection connection, Writer writer, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.connection = connection;
        this.writer = writer;
    }

    /** One transaction; returns the bytes by which the file will be shorter: 0 only where no page is free. */
    long step(long bytes) {
        try {
            if (connection.number("PRAGMA freelist_count") == 0) {
                return 0;
            }
            long start = nanoTime.getAsLong();
            writer.begin();
            long before = connection.number("PRAGMA page_count");
            int asked = (int) Math.min(pages, Math.max(1, (bytes - 1) / Layout.PAGE_BYTES + 1));
            int done = 0;
            do {
                int some = Math.min(PAGES_AT_ONCE, asked - done);
                connection.runToItsEnd("PRAGMA incremental_vacuum(" + some + ")");
                done += some;
            } while (done < asked && nanoTime.getAsLong() - start < STEP_NANOS);
            long given = before - connection.number("PRAGMA page_count");
            writer.commit();
            pages = next(done, nanoTime.getAsLong() - start);
            return given * Layout.PAGE_BYTES;
        } catch (SQLException e) {
            throw connection.faults().writing("giving free pages back", e);
        }
    }

    /** As many pages as would have taken the time meant; at most twice as many as before. */
    private static int next(int done, long tookNanos) {
        long fitting = done * STEP_NANOS / Math.max(1, tookNanos);
        return Math.clamp(Math.min(fitting, 2L * done), PAGES_AT_ONCE, MOST_PAGES);
    }
}
