package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.InvariantException;
import io.drawbore.api.ReadTx;
import io.drawbore.membership.Membership;
import io.drawbore.proto.raftpb.ConfState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Lets the log go once the store holds durably what the log says. Runs on a thread of its own, now and then; the proof
 * of durability never blocks the writer.
 */
public final class LogRelease {
    private final Backend backend;
    private final AppliedWait applied;
    private final RaftLoop raft;
    private final long everyEntries;
    private final Consumer<Throwable> fatal;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread thread;
    private long released;

    /**
     * Prepares the thread.
     *
     * @param from where the log was released last
     * @param everyEntries entries applied between two releases
     */
    public LogRelease(
            Backend backend,
            AppliedWait applied,
            RaftLoop raft,
            long from,
            long everyEntries,
            Consumer<Throwable> fatal) {
        this.backend = backend;
        this.applied = applied;
        this.raft = raft;
        this.released = from;
        this.everyEntries = everyEntries;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().daemon().name("log-release").unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends the thread after the release it has begun: an interrupted sync would fail the store. Any other thread. */
    public void stop() {
        stopped.complete(null);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (due()) {
                release();
            }
        } catch (Throwable e) {
            fatal.accept(e);
        }
    }

    /** Waits until there is something to release; false where there won't be any more. */
    private boolean due() {
        try {
            CompletableFuture.anyOf(applied.until(released + everyEntries), stopped).join();
            return !stopped.isDone();
        } catch (CompletionException e) {
            // the member has failed, and said why
            return false;
        }
    }

    private void release() {
        Applied at;
        ConfState confState;
        try (ReadTx view = backend.read()) {
            at = view.applied();
            confState = Membership.confState(view);
        }
        Applied durable = backend.makeDurable();
        InvariantException.check(
                durable.index() >= at.index(), "the store proved " + durable + " durable, but had shown " + at);
        raft.release(at, confState);
        released = at.index();
    }
}
