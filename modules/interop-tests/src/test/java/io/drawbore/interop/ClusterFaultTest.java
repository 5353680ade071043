package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three members as processes on hosts of their own, under clients that do everything, while one of them at a time
 * suffers what a minority can suffer. What the clients were told is a history that one store can have; in the end all
 * members hold the same. The same is asked of etcd itself, so that a failure is not the test's.
 */
class ClusterFaultTest {
    private static final int MEMBERS = 3;
    private static final int CLIENTS = 5;
    private static final int HISTORY = 5_000;
    private static final int STEPS = 20_000_000;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration PACE = Duration.ofMillis(20);
    /** What somebody is told who asks again for a change of members that was done. */
    private static final List<String> DONE_BEFORE = List.of("Peer URLs already exists", "member not found");

    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final RecordedClients clients = new RecordedClients();
    private final List<NetworkedMember> members = new ArrayList<>();
    private final Map<Fault, Integer> suffered = new EnumMap<>(Fault.class);
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private TestNetwork network;
    private int startedAgain;

    /** What a member suffers for a while. */
    enum Fault {
        KILL,
        PAUSE,
        ISOLATION,
        DEAF,
        MUTE,
        SLOW,
        LOSS,
        FULL_DISK,
        REPLACEMENT
    }

    @ParameterizedTest
    @CsvSource({
        "DRAWBORE DRAWBORE DRAWBORE, 1, 180",
        "DRAWBORE ETCD_3_7 DRAWBORE, 2, 60",
        "ETCD_3_6 DRAWBORE ETCD_3_6, 3, 60",
        "ETCD_3_7 ETCD_3_7 ETCD_3_7, 4, 30"
    })
    @Tag("full")
    void aMinorityMaySuffer(final String kinds, final long seed, final long seconds) throws Exception {
        suffer(kinds, seed, Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"DRAWBORE DRAWBORE DRAWBORE, 1000, 3600", "ETCD_3_7 DRAWBORE ETCD_3_7, 1001, 1200"})
    @Tag("nightly")
    void aMinorityMaySufferForAnHour(final String kinds, final long seed, final long seconds) throws Exception {
        suffer(kinds, seed, Duration.ofSeconds(seconds));
    }

    private void suffer(final String names, final long seed, final Duration time) throws Exception {
        final List<ServerKind> kinds =
                Stream.of(names.split(" ")).map(ServerKind::valueOf).toList();
        kinds.forEach(ServerKind::program);
        try (TestNetwork hosts = new TestNetwork(MEMBERS)) {
            network = hosts;
            try {
                for (int host = 1; host <= MEMBERS; host++) {
                    members.add(new NetworkedMember(hosts, kinds.get(host - 1), host, folder));
                }
                members.forEach(member -> member.start(founders(), "new"));
                awaitHealth();
                underFaults(new SplittableRandom(seed), seed, time);
                assertSameContent();
            } catch (final AssertionError failed) {
                final String lines =
                        members.stream().map(NetworkedMember::lastLines).collect(Collectors.joining("\n"));
                throw new AssertionError(failed.getMessage() + "\nafter " + suffered + "\n" + lines, failed);
            } finally {
                for (final NetworkedMember member : members) {
                    member.close();
                }
            }
        }
        final String name = names + ", seed " + seed;
        Files.writeString(
                RecordedClients.target("cluster-faults", name),
                clients.told() + ", " + suffered + ", started again " + startedAgain + "\n");
        clients.judge(name, STEPS);
    }

    private String founders() {
        return members.stream().map(NetworkedMember::founder).collect(Collectors.joining(","));
    }

    private void underFaults(final SplittableRandom random, final long seed, final Duration time) throws Exception {
        final var over = new AtomicBoolean();
        final List<Thread> threads = IntStream.range(0, CLIENTS)
                .mapToObj(number -> Thread.ofPlatform().daemon().unstarted(() -> work(number, seed, over)))
                .toList();
        threads.forEach(thread -> thread.setUncaughtExceptionHandler((_, failure) -> failures.add(failure)));
        threads.forEach(Thread::start);
        final long end = System.nanoTime() + time.toNanos();
        final var faults = new ArrayList<Fault>();
        while (System.nanoTime() < end && failures.isEmpty()) {
            if (faults.isEmpty()) {
                faults.addAll(List.of(Fault.values()));
            }
            final NetworkedMember victim = members.get(random.nextInt(MEMBERS));
            final NetworkedMember witness = members.get((victim.host() + random.nextInt(MEMBERS - 1)) % MEMBERS);
            final Fault fault = faults.remove(random.nextInt(faults.size()));
            final Duration length = Duration.ofMillis(500 + random.nextInt(4_000));
            watched(witness, () -> {
                suffer(victim, fault, length);
                awaitHealth(victim);
            });
            suffered.merge(fault, 1, Integer::sum);
        }
        over.set(true);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
    }

    private interface Step {
        void take() throws Exception;
    }

    /** What happens is seen through a member that does not suffer. */
    private void watched(final NetworkedMember witness, final Step step) throws Exception {
        try (PlainClient watcher = new PlainClient(witness.client(), ANSWER);
                RecordedClients.Watches watches = clients.new Watches(watcher, witness.kind())) {
            step.take();
            final String mark = "mark of " + System.nanoTime();
            final BooleanSupplier seen = watches.awaiting(mark, Event.EventType.PUT);
            Waiting.until("a mark to be put", () -> isPut(witness, mark));
            assertTrue(seen.getAsBoolean(), "the watch does not go on");
        }
    }

    /** Whether that was answered: leaders may change once more when all are well. */
    private boolean isPut(final NetworkedMember witness, final String mark) {
        try (PlainClient client = new PlainClient(witness.client(), ANSWER)) {
            final var put = PutRequest.newBuilder()
                    .setKey(RecordedClients.bytes(mark))
                    .setValue(RecordedClients.bytes(mark));
            return clients.call(client, CLIENTS, new Request.Put(put.build()));
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private void suffer(final NetworkedMember victim, final Fault fault, final Duration length) throws Exception {
        final int host = victim.host();
        final int other = host % MEMBERS + 1;
        switch (fault) {
            case KILL -> {
                victim.kill();
                Waiting.pass(length);
                victim.start(founders(), "existing");
            }
            case PAUSE -> {
                victim.signal("STOP");
                Waiting.pass(length);
                victim.signal("CONT");
            }
            case ISOLATION -> {
                network.isolate(host);
                Waiting.pass(length);
                network.mend();
            }
            case DEAF -> {
                network.cut(other, host);
                Waiting.pass(length);
                network.mend();
            }
            case MUTE -> {
                network.cut(host, other);
                Waiting.pass(length);
                network.mend();
            }
            case SLOW -> {
                network.slow(host);
                Waiting.pass(length);
                network.mend();
            }
            case LOSS -> {
                network.thinOut(host);
                Waiting.pass(length);
                network.mend();
            }
            case FULL_DISK -> {
                victim.fillDisk();
                Waiting.pass(length);
                victim.emptyDisk();
            }
            case REPLACEMENT -> replace(victim);
        }
    }

    private void replace(final NetworkedMember victim) throws InterruptedException {
        final NetworkedMember other = members.get(victim.host() % MEMBERS);
        victim.kill();
        victim.wipe();
        etcdctl(other, "member", "remove", idOf(victim, other));
        victim.rename();
        etcdctl(other, "member", "add", victim.name(), "--peer-urls=" + victim.peer());
        victim.start(founders(), "existing");
    }

    private String idOf(final NetworkedMember member, final NetworkedMember asked) {
        return etcdctl(asked, "member", "list")
                .lines()
                .filter(line -> line.contains(" " + member.name() + ","))
                .map(line -> line.substring(0, line.indexOf(',')))
                .findFirst()
                .orElseThrow();
    }

    /** Asks again while the cluster elects; what nobody answered may have been done all the same. */
    private String etcdctl(final NetworkedMember member, final String... arguments) {
        final var answers = new ArrayList<Ran>();
        Waiting.until("etcdctl " + String.join(" ", arguments), () -> {
            answers.add(etcdctlOnce(member.client(), arguments));
            return answers.getLast().exitCode() == 0
                    || answers.size() > 1
                            && DONE_BEFORE.stream().anyMatch(answers.getLast().output()::contains);
        });
        return answers.getLast().output();
    }

    private static Ran etcdctlOnce(final String endpoints, final String... arguments) {
        final var command = new ArrayList<>(
                List.of(Programs.go("etcdctl-3.7").toString(), "--endpoints=" + endpoints, "--command-timeout=5s"));
        command.addAll(List.of(arguments));
        return Ran.etcdctl(command, "");
    }

    private String endpoints() {
        return members.stream().map(NetworkedMember::client).collect(Collectors.joining(","));
    }

    private void awaitHealth() {
        Waiting.until("the health of all members", this::isHealthy);
    }

    /**
     * A member may end for what it suffered, at any time until all are well: of a full disk, or because the one that it
     * asked who the members are had not heard of it yet. Whoever looks after it starts it again then.
     */
    private void awaitHealth(final NetworkedMember sufferer) {
        Waiting.until("the health of all members", () -> {
            if (!sufferer.isAlive()) {
                startedAgain++;
                sufferer.start(founders(), "existing");
            }
            return isHealthy();
        });
    }

    private boolean isHealthy() {
        return etcdctlOnce(endpoints(), "endpoint", "health").exitCode() == 0;
    }

    private void assertSameContent() {
        final String revision = etcdctl(members.getFirst(), "get", "none", "--write-out=fields")
                .lines()
                .filter(line -> line.startsWith("\"Revision\""))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElseThrow();
        Waiting.until("equal hashes at " + revision, () -> {
            final Ran hashes = etcdctlOnce(endpoints(), "endpoint", "hashkv", "--rev=" + revision);
            return hashes.exitCode() == 0
                    && hashes.output().lines()
                                    .map(line -> line.substring(line.indexOf(',')))
                                    .distinct()
                                    .count()
                            == 1;
        });
    }

    /** Asks one member after another, each as long as it answers. */
    private void work(final int number, final long seed, final AtomicBoolean over) {
        final Workload workload = new Workload(number, seed, clients::newest, HISTORY);
        int member = number;
        try {
            while (!over.get()) {
                try (PlainClient client = new PlainClient(members.get(member % MEMBERS).client(), ANSWER)) {
                    while (!over.get() && clients.call(client, number, workload.next())) {
                        Waiting.pass(PACE);
                    }
                }
                Waiting.pass(AFTER_A_FAILURE);
                member++;
            }
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
