package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.InvariantException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import io.drawbore.membership.Membership;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Lets the log go once the store holds durably what the log says. Runs on a thread of its own, now and then; the proof
 * of durability never blocks the writer. Where the store proves nothing, the log is kept whole.
 */
public final class LogRelease {
    private final Backend backend;
    private final AppliedWait applied;
    private final RaftLoop raft;
    private final long everyEntries;
    private final Consumer<Throwable> fatal;
    private final Worker worker;
    private final Queue<CompletableFuture<List<Entry>>> demands = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    // the worker's own
    private long released;
    private long awaited;

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
            Workers workers,
            Consumer<Throwable> fatal) {
        this.backend = backend;
        this.applied = applied;
        this.raft = raft;
        this.released = from;
        this.everyEntries = everyEntries;
        this.fatal = fatal;
        this.worker = workers.worker("log-release", this::turn);
    }

    /** Starts the thread. */
    public void start() {
        worker.start();
    }

    /** Ends the thread after the release it has begun: an interrupted sync would fail the store. Any other thread. */
    public void stop() {
        stopped = true;
        worker.wake();
        worker.join();
    }

    /**
     * Releases up to what is applied, whenever that was done last, and keeps nothing of it in memory either: who lacks
     * it gets a snapshot. Any thread.
     *
     * @return the entries that the log holds behind it
     */
    CompletableFuture<List<Entry>> releaseNow() {
        CompletableFuture<List<Entry>> left = new CompletableFuture<>();
        demands.add(left);
        worker.wake();
        if (stopped) {
            refuseDemands();
        }
        return left;
    }

    private void refuseDemands() {
        for (CompletableFuture<List<Entry>> one = demands.poll(); one != null; one = demands.poll()) {
            one.completeExceptionally(EtcdError.STOPPED.exception());
        }
    }

    private long turn() {
        try {
            if (stopped) {
                refuseDemands();
                return Worker.Turn.ENDED;
            }
            CompletableFuture<List<Entry>> demand = demands.poll();
            if (demand != null) {
                release(demand, true);
                return 0;
            }
            long due = released + everyEntries;
            if (applied.applied() >= due) {
                release(new CompletableFuture<>(), false);
                return 0;
            }
            if (awaited != due) {
                awaited = due;
                var _ = applied.until(due).thenRun(worker::wake);
            }
            return Worker.Turn.IDLE;
        } catch (Throwable e) {
            fatal.accept(e);
            refuseDemands();
            return Worker.Turn.ENDED;
        }
    }

    private void release(CompletableFuture<List<Entry>> left, boolean forgotten) {
        Applied at;
        ConfState confState;
        try (ReadTx view = backend.read()) {
            at = view.applied();
            confState = Membership.confState(view);
        }
        Applied durable = backend.makeDurable();
        released = at.index();
        if (durable.equals(Applied.NONE)) {
            // a store that keeps nothing: the log is all there is of the member
            raft.release(Applied.NONE, confState, left, false);
            return;
        }
        InvariantException.check(
                durable.index() >= at.index(), "the store proved " + durable + " durable, but had shown " + at);
        raft.release(at, confState, left, forgotten);
    }
}
