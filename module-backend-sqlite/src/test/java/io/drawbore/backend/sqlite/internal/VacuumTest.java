package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How large a step is follows what the last ones took. */
class VacuumTest {
    private static final int ROWS = 300;

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong();

    /** Frees a store's pages, and steps until none is left; each look at the clock takes some time. */
    private int steps(long nanosALook) throws Exception {
        try (Backend store = new SqlitePlugin().backends().getFirst().open(new BackendProvider.Options(folder, 1))) {
            List<Revision> all = IntStream.rangeClosed(1, ROWS).mapToObj(i -> new Revision(i, 0)).toList();
            try (WriteTx tx = store.begin()) {
                ByteString value = ByteString.copyFrom(new byte[10_000]);
                all.forEach(revision ->
                        tx.put(KeyRow.put(revision, ByteString.copyFromUtf8("k"), 1, revision.main(), 0, value)));
                tx.commitUnchanged();
            }
            try (WriteTx tx = store.begin()) {
                tx.remove(all);
                tx.commitUnchanged();
            }
        }
        Path file = folder.resolve(SqliteBackendProvider.FILE);
        try (SqliteConnection connection =
                SqliteConnection.open(file, SqliteConnection.Role.WRITER, new Faults(file))) {
            Vacuum vacuum = new Vacuum(connection, new Writer(connection), () -> now.addAndGet(nanosALook));
            int steps = 0;
            while (vacuum.step(Long.MAX_VALUE) > 0) {
                steps++;
            }
            assertEquals(0, connection.number("PRAGMA freelist_count"));
            return steps;
        }
    }

    @Test
    void aThreadThatIsHeldUpAllTheTimeStillGetsOn() throws Exception {
        int steps = steps(10 * Vacuum.STEP_NANOS);
        assertTrue(steps > ROWS * 2 / 8, "eight pages at a time: " + steps);
    }

    @Test
    void quickStepsBecomeLarger() throws Exception {
        int steps = steps(1);
        assertTrue(steps < 12, "each twice as large as the one before: " + steps);
    }
}
