package io.drawbore.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Plugin;
import io.drawbore.api.TokenProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What plug-ins do while a member starts and stops. */
@Timeout(120)
class MemberLifecycleTest {
    @TempDir
    Path folder;

    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** Has tokens, which it opens and closes as a test says. */
    private final class Acme implements Plugin, TokenProvider, TokenProvider.Tokens {
        private final Runnable opened;
        private final Runnable closed;

        Acme(final Runnable opened, final Runnable closed) {
            this.opened = opened;
            this.closed = closed;
        }

        @Override
        public String name() {
            return "acme";
        }

        @Override
        public List<TokenProvider> tokenProviders() {
            return List.of(this);
        }

        @Override
        public Tokens open(final Map<String, String> options) {
            opened.run();
            return this;
        }

        @Override
        public String issue(final String user, final long authRevision) {
            return user;
        }

        @Override
        public Optional<Holder> verify(final String token) {
            return Optional.empty();
        }

        @Override
        public void close() {
            closed.run();
        }

        @Override
        public void stop() {
            calls.add("stop");
        }
    }

    private ServerLifecycle member(final Runnable opened, final Runnable closed) {
        return Embedding.compose(
                List.of(
                        "--data-dir=" + folder.resolve("data"),
                        "--listen-client-urls=http://127.0.0.1:0",
                        "--advertise-client-urls=http://127.0.0.1:1",
                        "--listen-peer-urls=http://127.0.0.1:0",
                        "--initial-advertise-peer-urls=http://127.0.0.1:1",
                        "--initial-cluster=default=http://127.0.0.1:1",
                        "--unsafe-no-fsync",
                        "--auth-token=acme"),
                List.of(new Acme(opened, closed)));
    }

    @Test
    void aPartThatThrowsAtItsStopKeepsNoPluginFromStopping() throws Exception {
        final ServerLifecycle member = member(() -> {}, () -> {
            throw new NoClassDefFoundError("of another version");
        });
        member.start();
        member.ready().get(60, TimeUnit.SECONDS);
        assertThrows(NoClassDefFoundError.class, member::stop);

        assertEquals(List.of("stop"), calls);
        assertTrue(member.ended().isDone());
    }

    @Test
    void aStopDoesNotWaitForEverForAStartThatHangsInAPlugin() throws Exception {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch over = new CountDownLatch(1);
        final ServerLifecycle member = member(
                () -> {
                    begun.countDown();
                    try {
                        over.await();
                    } catch (final InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                },
                () -> calls.add("close"));
        final Thread starter = Thread.ofPlatform().start(member::start);
        begun.await();
        member.stop();
        assertEquals(List.of("stop"), calls);
        assertTrue(member.ended().isDone());

        over.countDown();
        starter.join();
        assertEquals(List.of("stop", "close"), calls, "what the start had opened is closed when it is over");
        assertFalse(folder.resolve("data/member").toFile().exists(), "no store was opened");
    }
}
