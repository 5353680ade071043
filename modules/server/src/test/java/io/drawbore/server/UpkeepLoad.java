package io.drawbore.server;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Measures, by hand, what maintenance does to a steady load of puts on SQLite and a real disk; asserts nothing. */
final class UpkeepLoad {
    private static final int RATE = 500;
    private static final int QUIET_SECONDS = 20;

    private final TestMember member;
    private final String value = "x".repeat(1_000);
    private long sent;

    private UpkeepLoad(TestMember member) {
        this.member = member;
    }

    /** Takes the folder to work in, which must be empty, and how many rows to fill in first. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        int rows = Integer.parseInt(args[1]);
        BackendProvider sqlite = new SqlitePlugin().backends().getFirst();
        UpkeepOptions upkeep = new UpkeepOptions(
                8L << 30, false, 1_000, Duration.ofMillis(10), new UpkeepOptions.AutoCompaction.Off(), 0);
        try (TestMember member = TestMember.start(options(folder, upkeep), new DiskVfs(), sqlite)) {
            UpkeepLoad load = new UpkeepLoad(member);
            load.fill(rows);
            load.under("quiet", UpkeepLoad::nothing);
            load.under("compaction", () -> member.server.compact(
                    CompactionRequest.newBuilder().setRevision(load.sent).setPhysical(true).build(), Caller.SELF));
            load.under("defragmentation", () -> member.server.defragment(Caller.SELF));
            AtomicLong bytes = new AtomicLong();
            load.under("snapshot", () -> member.server.snapshot(
                    response -> {
                        bytes.addAndGet(response.getBlob().size());
                        return CompletableFuture.completedFuture(null);
                    },
                    Caller.SELF));
            System.out.println("the snapshot was " + bytes.get() + " bytes");
            load.under("quiet again", UpkeepLoad::nothing);
        }
    }

    private static CompletableFuture<?> nothing() {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(QUIET_SECONDS, TimeUnit.SECONDS));
    }

    /** As the distribution has them. */
    private static MemberOptions options(Path dataDir, UpkeepOptions upkeep) {
        return TestMember.founding("one", dataDir)
                .maxRequestBytes(1 << 20)
                .upkeep(upkeep)
                .build();
    }

    private void fill(int rows) {
        CompletableFuture<?>[] batch = new CompletableFuture<?>[500];
        for (int done = 0; done < rows; done += batch.length) {
            for (int i = 0; i < batch.length; i++) {
                batch[i] = put();
            }
            CompletableFuture.allOf(batch).join();
        }
    }

    private CompletableFuture<?> put() {
        sent++;
        return member.server.put(TestMember.putRequest("key" + sent % 10_000, value), Caller.SELF);
    }

    /** Puts at a steady rate while something else is done; a put's time begins when it was due. */
    private void under(String what, Supplier<CompletableFuture<?>> work) {
        long[] micros = new long[1_000_000];
        int puts = 0;
        long begin = System.nanoTime();
        CompletableFuture<?> done = work.get();
        AtomicLong[] slots = new AtomicLong[micros.length];
        long due = begin;
        while (!done.isDone() || puts < RATE) {
            LockSupport.parkNanos(due - System.nanoTime());
            long from = due;
            AtomicLong slot = new AtomicLong(-1);
            slots[puts++] = slot;
            var _ = put().thenRun(() -> slot.set((System.nanoTime() - from) / 1_000));
            due += 1_000_000_000L / RATE;
        }
        done.join();
        long took = (System.nanoTime() - begin) / 1_000_000;
        for (int i = 0; i < puts; i++) {
            while (slots[i].get() < 0) {
                Thread.yield();
            }
            micros[i] = slots[i].get();
        }
        Arrays.sort(micros, 0, puts);
        StatusResponse status = TestMember.await(member.server.status(Caller.SELF));
        System.out.printf(
                "%-16s %6d ms, %6d puts: p50 %5d us, p90 %5d us, p99 %6d us, most %7d us; "
                        + "file %4d MiB, in use %4d MiB%n",
                what, took, puts, micros[puts / 2], micros[puts * 9 / 10], micros[puts * 99 / 100], micros[puts - 1],
                status.getDbSize() >> 20, status.getDbSizeInUse() >> 20);
    }
}
