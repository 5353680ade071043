package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Streams of directives by chance, carried out by etcd-raft's own test environment and by ours: every output has to be
 * the same, log lines included. A stream that differs is minimised and written to {@code target/differential} as a
 * transcript with etcd-raft's outputs; {@code last-run.txt} there says what was run. {@code drawbore.raft.streams} and
 * {@code drawbore.raft.seed} say how many, and from which seed on.
 */
class DifferentialTest {
    private static final int WORKERS = 2;
    private static final int DEFAULT_STREAMS = 400;
    private static final int NIGHTLY_STREAMS = 100_000;
    private static final int MAX_KINDS = 10;
    private static final Path FOUND = Path.of("target", "differential");

    // What was found, by kind: the first is enough of each.
    private final Map<String, Difference> found = new TreeMap<>();
    private final Map<String, List<Long>> seeds = new TreeMap<>();

    @BeforeAll
    static void build() {
        EtcdRaft.build();
    }

    @Test
    void someStreamsAreTheSame() throws Exception {
        compare(Long.getLong("drawbore.raft.seed", 1), Integer.getInteger("drawbore.raft.streams", DEFAULT_STREAMS));
    }

    @Test
    @Tag("nightly")
    void manyStreamsAreTheSame() throws Exception {
        compare(Long.getLong("drawbore.raft.seed", new SplittableRandom().nextLong(1L << 48)),
                Integer.getInteger("drawbore.raft.streams", NIGHTLY_STREAMS));
    }

    private void compare(long firstSeed, int streams) throws Exception {
        AtomicLong next = new AtomicLong(firstSeed);
        Tally tally = new Tally();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<Tally>> running = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                running.add(workers.submit(() -> work(next, firstSeed + streams, tally)));
            }
            for (Future<Tally> worker : running) {
                worker.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("by seed " + next.get(), failed.getCause());
        }
        Files.createDirectories(FOUND);
        Files.writeString(FOUND.resolve("last-run.txt"), "seeds from " + firstSeed + ": " + tally + "\n");
        report();
    }

    private Tally work(AtomicLong next, long end, Tally tally) throws IOException {
        try (EtcdRaft etcd = EtcdRaft.start()) {
            for (long seed = next.getAndIncrement(); seed < end && kinds() < MAX_KINDS; seed = next.getAndIncrement()) {
                List<Step> ours = RandomStream.write(seed);
                tally.add(ours);
                Optional<Difference> difference = Difference.of(ours, etcd);
                if (difference.isPresent()) {
                    keep(seed, difference.get(), etcd);
                }
            }
        }
        return tally;
    }

    private synchronized int kinds() {
        return found.size();
    }

    private synchronized void keep(long seed, Difference difference, EtcdRaft etcd) throws IOException {
        seeds.computeIfAbsent(difference.kind(), _ -> new ArrayList<>()).add(seed);
        if (!found.containsKey(difference.kind())) {
            found.put(difference.kind(), difference.minimised(etcd));
        }
    }

    private synchronized void report() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Difference> kind : found.entrySet()) {
            List<Long> from = seeds.get(kind.getKey());
            Files.writeString(FOUND.resolve("seed_" + from.getFirst() + ".txt"), kind.getValue().transcript());
            text.append("\n\nOurs for etcd's: ").append(kind.getKey()).append("\nSeeds ").append(from)
                    .append("; minimised, with etcd's outputs:\n\n").append(kind.getValue().transcript())
                    .append("Ours at the end:\n").append(kind.getValue().ours());
        }
        assertEquals("", text.toString());
    }
}
