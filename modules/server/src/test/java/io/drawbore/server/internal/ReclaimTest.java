package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.metrics.Metrics;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.PassedOnBackend;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReclaimTest {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private final HandClock clock = new HandClock();
    private final SlowBackend backend = new SlowBackend(new MemoryDisk().open(4), clock);
    private final StoreSpace space = new StoreSpace(backend, -1);
    private final Reclaim reclaim =
            new Reclaim(backend, space, Runnable::run, clock, new ServerMetrics(new Metrics()));
    private long rows;

    /** A store whose steps take two milliseconds of the test's time. */
    private static final class SlowBackend extends PassedOnBackend {
        private final HandClock clock;

        SlowBackend(Backend inner, HandClock clock) {
            super(inner);
            this.clock = clock;
        }

        @Override
        public long reclaim(long bytes) {
            clock.advanceMillis(2);
            return super.reclaim(bytes);
        }
    }

    /** Fills the store and frees most of it. */
    private void free(long bytes) {
        ByteString value = ByteString.copyFrom(new byte[Math.toIntExact(Math.min(bytes, MIB))]);
        long first = rows + 1;
        try (WriteTx tx = backend.begin()) {
            for (long done = 0; done < bytes; done += value.size()) {
                tx.put(KeyRow.put(new Revision(++rows, 0), ByteString.copyFromUtf8("k"), 1, rows, 0, value));
            }
            tx.commitUnchanged();
        }
        try (WriteTx tx = backend.begin()) {
            tx.remove(LongStream.rangeClosed(first, rows).mapToObj(i -> new Revision(i, 0)).toList());
            tx.commitUnchanged();
        }
    }

    private long dueInMillis() {
        long due = reclaim.dueInNanos(clock.getAsLong());
        return due == UpkeepTask.NEVER ? Long.MAX_VALUE : due / 1_000_000;
    }

    /** Steps whenever one is due; answers how many there were. */
    private int run() {
        int steps = 0;
        while (dueInMillis() != Long.MAX_VALUE) {
            clock.advanceMillis(Math.max(0, dueInMillis()));
            reclaim.step();
            steps++;
        }
        return steps;
    }

    @Test
    void nothingIsDueUntilSomebodyAsks() {
        free(40 * KIB);
        space.sample();
        assertEquals(Long.MAX_VALUE, dueInMillis());
        CompletableFuture<Void> asked = reclaim.request();
        assertEquals(0, dueInMillis());
        reclaim.step();
        assertTrue(reclaim.isRunning());
        assertFalse(asked.isDone());
        assertEquals(6, dueInMillis(), "it rests three times as long as the step took");
        run();
        assertTrue(asked.isDone());
        assertEquals(0, backend.size().freeBytes());
        assertFalse(reclaim.isRunning());
    }

    @Test
    void aRunEndsThoughMoreIsFreedAllTheTime() {
        free(40 * KIB);
        CompletableFuture<Void> asked = reclaim.request();
        int steps = 0;
        while (!asked.isDone()) {
            reclaim.step();
            free(80 * KIB);
            steps++;
        }
        assertTrue(steps >= 10 && steps <= 12, "it gave back what was free when it was asked, in " + steps);
    }

    @Test
    void whoAsksDuringARunJoinsIt() {
        free(40 * KIB);
        CompletableFuture<Void> first = reclaim.request();
        reclaim.step();
        CompletableFuture<Void> second = reclaim.request();
        int steps = run();
        assertTrue(first.isDone() && second.isDone());
        assertTrue(steps <= 11, "not twice the work: " + steps);
    }

    @Test
    void muchFreeSpaceIsGivenBackUnasked() {
        free(65 * MIB);
        assertEquals(Long.MAX_VALUE, dueInMillis(), "nobody has looked yet");
        space.sample();
        assertEquals(0, dueInMillis());
        run();
        long left = backend.size().freeBytes();
        assertTrue(left >= 32 * MIB && left < 33 * MIB, "some is kept for what comes: " + left);
    }

    @Test
    void whoeverWaitsIsToldWhenTheMemberStops() {
        free(40 * KIB);
        CompletableFuture<Void> running = reclaim.request();
        reclaim.step();
        CompletableFuture<Void> waiting = reclaim.request();
        reclaim.end();
        CompletableFuture<Void> late = reclaim.request();
        for (CompletableFuture<Void> one : List.of(running, waiting, late)) {
            assertThrows(CompletionException.class, one::join);
        }
    }
}
