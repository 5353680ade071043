package io.drawbore.embed.internal;

import io.drawbore.api.FrontDoor;
import io.drawbore.api.Plugin;
import io.drawbore.launcher.Embedding;
import io.drawbore.launcher.ServerLifecycle;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One member, through its lives. One thread at a time, which the cluster's lock sees to. */
final class EmbeddedMember {
    private final String name;
    private final Port client;
    private final Port peer;
    private final List<String> flags;
    private final List<Plugin> plugins;
    private final BiConsumer<String, Throwable> failure;

    private @Nullable ServerLifecycle life;

    /**
     * Starts nothing.
     *
     * @param failure is told what ended the member, where nobody had asked for it
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

    /** Starts it; it is ready later, since a cluster needs a majority for that. */
    void start() {
        final ServerLifecycle begun = Embedding.compose(flags, plugins);
        client.lend();
        peer.lend();
        life = begun;
        try {
            begun.start();
        } catch (final RuntimeException failed) {
            end(begun::stop);
            throw new IllegalStateException("member " + name + " cannot start: " + failed.getMessage(), failed);
        } catch (final Error failed) {
            end(begun::stop);
            throw failed;
        }
        final var _ = begun.ended().exceptionally(reason -> {
            failure.accept(name, reason);
            return null;
        });
    }

    void awaitReady(final Duration patience) {
        final ServerLifecycle begun = running();
        try {
            CompletableFuture.anyOf(begun.ready(), begun.ended()).get(patience.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Whether it was started and has not ended since, by itself or otherwise. */
    boolean isRunning() {
        return life != null && !life.ended().isDone();
    }

    FrontDoor door() {
        return running().door();
    }

    private ServerLifecycle running() {
        if (life == null) {
            throw new IllegalStateException("member " + name + " doesn't run");
        }
        return life;
    }

    void stop() {
        if (life != null) {
            end(life::stop);
        }
    }

    void kill() {
        if (life != null) {
            end(life::kill);
        }
    }

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
