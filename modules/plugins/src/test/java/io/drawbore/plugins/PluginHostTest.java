package io.drawbore.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Auditor;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.Plugin;
import io.drawbore.api.PluginContext;
import io.drawbore.metrics.Metrics;
import io.drawbore.wal.DiskVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PluginHostTest {
    @TempDir
    private Path dataDir;

    private final HandWorkers workers = new HandWorkers();
    private final Metrics metrics = new Metrics();
    private final List<String> story = new CopyOnWriteArrayList<>();
    private final LogLines log = new LogLines();
    private final CountDownLatch testEnds = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        testEnds.countDown();
        log.close();
    }

    private PluginHost host(Installed... plugins) {
        return new PluginHost(List.of(plugins), dataDir, new DiskVfs(), workers, metrics);
    }

    private static Installed installed(Plugin plugin) {
        return new Installed(plugin.name(), plugin, Map.of());
    }

    /** Writes down what becomes of it. */
    private class Told implements Plugin {
        private final String name;

        Told(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start(PluginContext context) throws Exception {
            story.add("start " + name + " on " + Thread.currentThread().getName());
        }

        @Override
        public void stop() throws Exception {
            story.add("stop " + name + " on " + Thread.currentThread().getName());
        }
    }

    @Test
    void theyStartInTheirOrderAndStopInTheOpposite() {
        PluginHost host = host(installed(new Told("a")), installed(new Told("b")));
        assertTrue(host.start());
        assertEquals(List.of("a", "b"), host.plugins().stream().map(one -> one.fence().plugin()).toList());
        host.shut();
        host.stop();
        host.stop();
        assertEquals(
                List.of(
                        "start a on plugin-a-start",
                        "start b on plugin-b-start",
                        "stop b on plugin-b-stop",
                        "stop a on plugin-a-stop"),
                story);
        assertEquals(List.of(), log.lines());
    }

    @Test
    void oneThatCannotStartIsNamedAndOnlyThoseBeforeItAreStopped() {
        Plugin broken = new Told("broken") {
            @Override
            public void start(PluginContext context) {
                throw new NoClassDefFoundError("acme/Missing");
            }
        };
        PluginHost host = host(installed(new Told("a")), installed(broken), installed(new Told("c")));
        PluginStartException failed = assertThrows(PluginStartException.class, host::start);
        assertEquals(
                "plug-in \"broken\" cannot start: java.lang.NoClassDefFoundError: acme/Missing", failed.getMessage());
        host.stop();
        assertEquals(List.of("start a on plugin-a-start", "stop a on plugin-a-stop"), story);
    }

    /** What a plug-in says of its parts is asked at the start; what it throws then is a start that failed. */
    @Test
    void aListThatThrowsIsAFailedStart() {
        Plugin broken = new Told("broken") {
            @Override
            public List<Auditor> auditors() {
                throw new IllegalStateException("no list");
            }
        };
        PluginHost host = host(installed(broken));
        assertTrue(assertThrows(PluginStartException.class, host::start).getMessage().contains("no list"));
    }

    @Test
    void aStartThatHangsIsSaidAndCanBeEnded() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Plugin slow = new Told("slow") {
            @Override
            public void start(PluginContext context) throws Exception {
                hangs.countDown();
                try {
                    testEnds.await();
                } catch (InterruptedException e) {
                    interrupted.complete(true);
                    throw e;
                }
            }
        };
        PluginHost host = host(installed(new Told("a")), installed(slow));
        CompletableFuture<Boolean> started = new CompletableFuture<>();
        Thread main = Thread.ofPlatform().start(() -> started.complete(host.start()));
        hangs.await();
        while (workers.waiting() == 0) {
            Thread.onSpinWait();
        }
        workers.pass(Duration.ofSeconds(10));
        assertTrue(log.contains("takes long to start", "slow", "5s"), log.lines()::toString);
        assertTrue(log.contains("takes long to start", "slow", "10s"), log.lines()::toString);

        host.stop();
        assertFalse(OneMember.await(started));
        assertTrue(OneMember.await(interrupted));
        main.join();
        assertEquals(List.of("start a on plugin-a-start", "stop a on plugin-a-stop"), story, "slow has not started");
    }

    @Test
    void oneThatDoesNotStopIsNamedAfterTenSecondsAndTheOthersAreStopped() throws InterruptedException {
        CountDownLatch stops = new CountDownLatch(1);
        Plugin stubborn = new Told("stubborn") {
            @Override
            public void stop() throws Exception {
                stops.countDown();
                testEnds.await();
            }
        };
        PluginHost host = host(installed(new Told("a")), installed(stubborn));
        host.start();
        Thread stopper = Thread.ofPlatform().start(host::stop);
        stops.await();
        workers.pass(Duration.ofSeconds(10));
        stopper.join();
        assertTrue(log.contains("has not stopped well", "stubborn", "longer than 10s"), log.lines()::toString);
        assertTrue(story.contains("stop a on plugin-a-stop"), story::toString);
    }

    @Test
    void threadsThatAreLeftBehindAreNamed() {
        Plugin leaking = new Told("leaking") {
            @Override
            public void start(PluginContext context) {
                for (int i = 0; i < 3; i++) {
                    new Thread(this::hold, "acme-worker-" + i).start();
                }
            }

            private void hold() {
                try {
                    testEnds.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        PluginHost host = host(installed(leaking));
        host.start();
        while (!metrics.text().contains("drawbore_plugin_threads{plugin=\"leaking\"} 3\n")) {
            Thread.onSpinWait();
        }
        host.stop();
        assertTrue(
                log.contains("left threads behind", "leaking", "acme-worker-0", "acme-worker-2"),
                log.lines()::toString);
    }

    @Test
    void aPluginHasItsConfigurationAFolderAndADoorThatIsShutUntilTheMemberIsThere() {
        CompletableFuture<PluginContext> told = new CompletableFuture<>();
        Plugin plugin = new Told("acme") {
            @Override
            public void start(PluginContext context) {
                told.complete(context);
            }
        };
        try (OneMember member = new OneMember(dataDir)) {
            PluginHost host = host(new Installed("acme", plugin, Map.of("limit", "7")));
            host.start();
            PluginContext context = told.join();
            assertEquals(Map.of("limit", "7"), context.configuration());
            assertFalse(Files.exists(dataDir.resolve("plugins")), "nobody asked for it yet");
            assertEquals(dataDir.resolve("plugins/acme"), context.folder());
            assertTrue(Files.isDirectory(context.folder()));
            assertStopped(context);

            host.open(member.server);
            OneMember.await(context.door().put(OneMember.putRequest("k", "v"), Caller.SELF));
            assertTrue(context.door().hasLeader());

            host.shut();
            assertStopped(context);
            host.stop();
        }
    }

    private static void assertStopped(PluginContext context) {
        EtcdException stopped = assertThrows(
                EtcdException.class,
                () -> OneMember.await(context.door().range(OneMember.rangeRequest("k"), Caller.SELF)));
        assertEquals(EtcdError.STOPPED.text(), stopped.text());
        assertFalse(context.door().hasLeader());
    }
}
