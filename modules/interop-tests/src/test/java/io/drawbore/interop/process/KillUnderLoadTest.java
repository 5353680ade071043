package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process is killed again and again under load, and never loses, halves or invents a write. */
class KillUnderLoadTest {
    private static final int WRITERS = 6;
    private static final int MOST_ACKNOWLEDGED = 800;
    /** Few, so that kills meet the log's release too. */
    private static final String SNAPSHOTS = "--snapshot-count=300";

    @TempDir
    Path folder;

    private final Ports ports = Ports.free();
    private final AtomicReference<Observed> observed = new AtomicReference<>(Observed.NOTHING);
    private final AtomicLong acknowledgedRevision = new AtomicLong();

    /** What was seen before a kill and must be seen after it. */
    private record Observed(long applied, long term, long hashRevision, long hash, long compactRevision) {
        static final Observed NOTHING = new Observed(0, 0, 0, 0, 0);
    }

    @Test
    void threeKillsLoseNothing() throws Exception {
        killRepeatedly(3, 1);
    }

    @Test
    @Tag("full")
    void thirtyKillsLoseNothing() throws Exception {
        killRepeatedly(30, 2);
    }

    private void killRepeatedly(final int times, final long seed) throws Exception {
        final var random = new SplittableRandom(seed);
        final List<Writer> writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> new Writer(number, seed * 1_000))
                .toList();
        long revision = 1;
        MemberProcess member = MemberProcess.ready(folder, ports, SNAPSHOTS);
        try {
            for (int round = 0; round < times; round++) {
                loadAndKill(member, writers, 1 + random.nextInt(MOST_ACKNOWLEDGED));
                member = MemberProcess.ready(folder, ports, SNAPSHOTS);
                revision = judge(writers, revision, "seed " + seed + ", kill " + round + ": ");
            }
            assertEquals(143, member.terminate(), member::text);
        } finally {
            member.close();
        }
    }

    /** Kills once so many writes of this round were acknowledged, while others are under way. */
    private void loadAndKill(final MemberProcess member, final List<Writer> writers, final int acknowledgements)
            throws Exception {
        final var enough = new CountDownLatch(acknowledgements);
        final var threads = new ArrayList<Thread>();
        final var failures = new ArrayList<Throwable>();
        final var clients = new ArrayList<JsonClient>();
        for (final Writer writer : writers) {
            final var client = new JsonClient(ports);
            clients.add(client);
            threads.add(thread(failures, () -> writer.writeUntilRefused(client, revision -> {
                acknowledgedRevision.accumulateAndGet(revision, Math::max);
                enough.countDown();
            })));
        }
        final var observer = new JsonClient(ports);
        clients.add(observer);
        threads.add(thread(failures, () -> observeUntilGone(observer)));
        threads.forEach(Thread::start);
        assertTrue(enough.await(180, TimeUnit.SECONDS), member::text);
        member.kill();
        for (final Thread thread : threads) {
            thread.join();
        }
        clients.forEach(JsonClient::close);
        synchronized (failures) {
            assertEquals(List.of(), failures);
        }
    }

    private static Thread thread(final List<Throwable> failures, final Runnable work) {
        final Thread thread = Thread.ofPlatform().daemon().unstarted(work);
        thread.setUncaughtExceptionHandler((_, failure) -> {
            synchronized (failures) {
                failures.add(failure);
            }
        });
        return thread;
    }

    private void observeUntilGone(final JsonClient client) {
        try {
            while (true) {
                final long revision = acknowledgedRevision.get();
                final JsonObject status = client.status();
                final JsonObject hash = client.hashKv(revision);
                observed.set(new Observed(
                        JsonClient.number(status, "raftAppliedIndex"),
                        JsonClient.number(status, "raftTerm"),
                        revision,
                        JsonClient.number(hash, "hash"),
                        JsonClient.number(hash, "compact_revision")));
            }
        } catch (final IOException gone) {
            // the kill
        }
    }

    /** Answers the revision now. */
    private long judge(final List<Writer> writers, final long revisionBefore, final String where) throws IOException {
        try (JsonClient client = new JsonClient(ports)) {
            final Observed before = observed.get();
            final JsonObject status = client.status();
            assertTrue(JsonClient.number(status, "raftAppliedIndex") >= before.applied(),
                    () -> where + before + status);
            assertTrue(JsonClient.number(status, "raftTerm") > before.term(), () -> where + before + status);
            final Map<String, Stored> there = client.all(0).stream()
                    .collect(Collectors.toMap(Stored::key, Function.identity()));
            long writes = 0;
            for (final Writer writer : writers) {
                writes += writer.settle(there);
            }
            final long revision = JsonClient.revision(client.status());
            assertEquals(revisionBefore + writes, revision, where + "one revision for each write that is there");
            assertTrue(revision >= acknowledgedRevision.get(), where);
            final Stream<Stored> samples = writers.stream().flatMap(writer -> writer.sample(5));
            for (final Stored sample : samples.toList()) {
                assertEquals(List.of(sample), client.one(sample.key(), sample.modRevision()), where + "as of then");
            }
            if (before.hashRevision() > 0) {
                final JsonObject hash = client.hashKv(before.hashRevision());
                assertEquals(before.hash(), JsonClient.number(hash, "hash"), where + before + hash);
                assertEquals(before.compactRevision(), JsonClient.number(hash, "compact_revision"), where);
            }
            return revision;
        }
    }
}
