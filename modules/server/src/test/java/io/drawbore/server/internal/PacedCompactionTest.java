package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.WriteTx;
import io.drawbore.metrics.Metrics;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.testkit.MemoryDisk;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class PacedCompactionTest {
    private static final int PACE_ROWS = 100;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final HandClock clock = new HandClock();
    private final Backend backend = new MemoryDisk().open(4);
    private Keyspace keyspace = Keyspace.load(backend);
    private PacedCompaction compaction = task();
    private long index;

    private PacedCompaction task() {
        return new PacedCompaction(
                backend,
                keyspace,
                new StoreSpace(backend, -1),
                PACE_ROWS,
                PAUSE,
                clock,
                new ServerMetrics(new Metrics()));
    }

    private void put(int times) {
        try (WriteTx tx = backend.begin()) {
            KeyspaceWriter writer = keyspace.writer(tx);
            for (int i = 0; i < times; i++) {
                writer.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k" + i % 10)).build(), false);
            }
            commit(tx, writer);
        }
    }

    private void compact(long revision) {
        try (WriteTx tx = backend.begin()) {
            KeyspaceWriter writer = keyspace.writer(tx);
            writer.compact(revision);
            commit(tx, writer);
        }
    }

    private void commit(WriteTx tx, KeyspaceWriter writer) {
        tx.commit(new Applied(++index, 1));
        keyspace.publish(writer.revision(), writer.compactRevision());
    }

    private long dueInNanos() {
        return compaction.dueInNanos(clock.getAsLong());
    }

    /** Steps whenever one is due; answers how many there were. */
    private int run() {
        int steps = 0;
        while (dueInNanos() != UpkeepTask.NEVER) {
            clock.advanceMillis(1 + Math.max(0, dueInNanos()) / 1_000_000);
            compaction.step();
            steps++;
        }
        return steps;
    }

    @Test
    void slicesFollowEachOtherWithPausesAtTheirPace() {
        put(1_000);
        assertEquals(UpkeepTask.NEVER, dueInNanos());
        compact(900);
        assertEquals(0, dueInNanos());
        compaction.step();
        assertEquals(PAUSE.toNanos() * 32 / PACE_ROWS, dueInNanos(), "it begins with small slices");
        int steps = run();
        assertTrue(steps >= 9 && steps <= 12, "which grow as they are quick: " + steps);
        assertEquals(900, keyspace.finishedCompactRevision());
        assertEquals(899 - 10, keyspace.compactedRows(), "each key keeps its newest row");
    }

    @Test
    void whoeverWaitsForTheRemovalIsToldAtItsEnd() {
        put(1_000);
        compact(500);
        CompletableFuture<Void> waiting = compaction.until(500);
        compaction.step();
        assertFalse(waiting.isDone());
        run();
        assertTrue(waiting.isDone());
        assertTrue(compaction.until(400).isDone());
    }

    @Test
    void aMemberThatStoppedInTheMiddleGoesOn() {
        put(1_000);
        compact(900);
        compaction.step();
        CompletableFuture<Void> waiting = compaction.until(900);
        compaction.end();
        assertThrows(CompletionException.class, waiting::join);

        keyspace = Keyspace.load(backend);
        compaction = task();
        assertEquals(0, dueInNanos());
        run();
        assertEquals(900, keyspace.finishedCompactRevision());
        assertTrue(compaction.until(900).isDone());
    }
}
