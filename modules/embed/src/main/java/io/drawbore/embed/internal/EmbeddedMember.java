package io.drawbore.embed.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.launcher.Embedding;
import io.drawbore.launcher.ServerLifecycle;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One member, through its lives. Any thread; whoever starts or ends it waits for the one who does so already. Whether
 * it runs, and where, can be asked meanwhile.
 */
final class EmbeddedMember {
    private final String name;
    private final Port client;
    private final Port peer;
    private final List<String> flags;
    private final List<Plugin> plugins;
    private final BiConsumer<String, Throwable> failure;

    // written under the lock
    private volatile @Nullable ServerLifecycle life;
    private boolean discarded;
    private final List<Thread> ending = new ArrayList<>();

    /**
     * Starts nothing.
     *
     * @param failure is told what ended the member, where nobody had asked for it, when nothing of it runs any more
     */
    EmbeddedMember(
            final String name,
            final Port client,
            final Port peer,
            final List<String> flags,
            final List<Plugin> plugins,
            final BiConsumer<String, Throwable> failure) {
        this.name = name;
        this.client = client;
        this.peer = peer;
        this.flags = flags;
        this.plugins = plugins;
        this.failure = failure;
    }

    URI endpoint() {
        return URI.create(client.url());
    }

    /** A life that has begun, to wait for. */
    record Begun(String name, ServerLifecycle life) {
        /**
         * Waits until it is ready.
         *
         * @throws IllegalStateException where it ends before, or isn't in time: one line
         */
        void awaitReady(final Duration patience) {
            try {
                CompletableFuture.anyOf(life.ready(), life.ended()).get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (final ExecutionException failed) {
                final Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                throw new IllegalStateException("member " + name + " ended: " + cause.getMessage(), cause);
            } catch (final TimeoutException late) {
                throw new IllegalStateException("member " + name + " was not ready within " + patience, late);
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while member " + name + " was starting", interrupted);
            }
        }
    }

    /** Starts it, after stopping it where it runs; it is ready later, since a cluster needs a majority for that. */
    synchronized Begun restart() {
        if (discarded) {
            throw new IllegalStateException("member " + name + " cannot start: its cluster is closed");
        }
        stop();
        final ServerLifecycle begun = Embedding.compose(flags, plugins);
        client.lend();
        peer.lend();
        life = begun;
        try {
            begun.start();
        } catch (final RuntimeException failed) {
            endAfter(failed, begun);
            throw new IllegalStateException("member " + name + " cannot start: " + failed.getMessage(), failed);
        } catch (final Error failed) {
            endAfter(failed, begun);
            throw failed;
        }
        final var _ = begun.ended().exceptionally(reason -> {
            endFailed(begun, reason);
            return null;
        });
        return new Begun(name, begun);
    }

    private void endAfter(final Throwable failed, final ServerLifecycle begun) {
        try {
            end(begun::stop);
        } catch (final RuntimeException | Error left) {
            failed.addSuppressed(left);
        }
    }

    /**
     * It has failed, which one of its own threads says: nobody else would end the others, which go on to lead, or to
     * take connections.
     */
    private void endFailed(final ServerLifecycle failed, final Throwable reason) {
        final Thread thread = Thread.ofPlatform().daemon().name("drawbore-embed-failed").unstarted(() -> {
            try {
                killFailed(failed);
            } catch (final RuntimeException | Error left) {
                reason.addSuppressed(left);
            } finally {
                failure.accept(name, reason);
            }
        });
        synchronized (ending) {
            ending.removeIf(earlier -> !earlier.isAlive());
            ending.add(thread);
            thread.start();
        }
    }

    private synchronized void killFailed(final ServerLifecycle failed) {
        if (failed.equals(life)) {
            end(failed::kill);
        }
    }

    /** Whether it was started and has not ended since, by itself or otherwise. */
    boolean isRunning() {
        return running().isPresent();
    }

    private Optional<ServerLifecycle> running() {
        return Optional.ofNullable(life).filter(begun -> !begun.ended().isDone());
    }

    /** What clients are answered by, while it runs. */
    Optional<FrontDoor> door() {
        return running().flatMap(EmbeddedMember::door);
    }

    private static Optional<FrontDoor> door(final ServerLifecycle begun) {
        try {
            return Optional.of(begun.door());
        } catch (final IllegalStateException endedMeanwhile) {
            return Optional.empty();
        }
    }

    synchronized void stop() {
        final ServerLifecycle begun = life;
        if (begun != null) {
            end(begun::stop);
        }
    }

    synchronized void kill() {
        final ServerLifecycle begun = life;
        if (begun != null) {
            end(begun::kill);
        }
    }

    /** Ends it for good; on return there is no thread of it. */
    void discard() {
        synchronized (this) {
            discarded = true;
            Undisturbed.all(List.of(this::kill, client::close, peer::close));
        }
        final List<Thread> last;
        synchronized (ending) {
            last = List.copyOf(ending);
        }
        last.forEach(thread -> {
            try {
                thread.join();
            } catch (final InterruptedException never) {
                // nobody has the thread that ends members
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Whatever a part throws, and whoever interrupts, all parts have ended on return, which the lifecycle sees to. */
    private void end(final Runnable how) {
        try {
            how.run();
        } finally {
            life = null;
            client.takeBack();
            peer.takeBack();
        }
    }
}
