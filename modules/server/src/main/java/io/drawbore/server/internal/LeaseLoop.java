package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.apply.Outcome;
import io.drawbore.auth.Requester;
import io.drawbore.lease.LeaseInfo;
import io.drawbore.lease.Leases;
import io.drawbore.lease.Renewal;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the time of leases on the leader: renews them, and has them revoked when their time is over. It owns which
 * {@link Leadership} the time is kept for; all of it happens on the lease thread.
 *
 * <p>No lease is revoked early, whatever stands still or is cut off:
 *
 * <ul>
 *   <li>Nothing is renewed, told or revoked but on a proof of leadership that was asked for within the last election
 *       timeout. A next leader gives every lease all its time and an election timeout more, so it keeps whatever was
 *       promised here.
 *   <li>A revoke is bound to the leadership under which the lease expired: the raft thread fails it where that has
 *       ended, and raft never commits it where another leads.
 *   <li>A leadership ends too when the raft thread stood still for longer than an election timeout, because nobody
 *       could renew anything meanwhile. The next proof then begins another, with all their time for all leases.
 *   <li>Whoever is told that a lease was renewed finds it there: one that expired is renewed no more, and who asks
 *       waits until it is gone.
 *   <li>What a checkpoint says is left of a lease is wrong once that is renewed, so a renewal has it taken back first,
 *       by an entry that is behind the checkpoint in the log: also one of which it isn't known yet whether it is in the
 *       log at all.
 * </ul>
 */
public final class LeaseLoop {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseLoop.class);

    /** How often is looked for leases that expired, as in etcd. */
    static final Duration TICK = Duration.ofMillis(500);

    /** How many leases a tick has revoked at the most. */
    static final int REVOKES_PER_TICK = Leases.REVOKED_PER_SECOND / 2;

    /** How many revokes may be under way at once, as in etcd. */
    static final int REVOKES_IN_FLIGHT = 16;

    private final Leases leases;
    private final RaftLoop raft;
    private final AppliedWait applied;
    private final Proposals proposals;
    private final LeaseThread thread;
    private final long electionMillis;
    private final boolean checkpoints;
    private final Supplier<Requester> self;
    private final LeaseMetrics metrics;
    private final Consumer<Throwable> fatal;

    /** The newest leadership the time was kept for, and whether it still is. */
    private Leadership leadership = Leadership.NONE;

    private boolean primary;

    /** A proof for the expiry is under way. */
    private boolean asking;

    /** Expired under the present leadership, and to be revoked as soon as there is room. */
    private final Deque<Long> expired = new ArrayDeque<>();

    private int inFlight;

    /** Leases of which a checkpoint of this leadership may yet come, for all that is known. */
    private final Set<Long> unsettled = new HashSet<>();

    private boolean checkpointing;

    /** Renewals that came too late, waiting until it is certain that their lease goes. */
    private final Map<Long, List<Late>> late = new HashMap<>();

    private record Late(CompletableFuture<Long> answer, long deadlineNanos) {}

    /**
     * Prepares the loop.
     *
     * @param electionTimeout how old a proof of leadership may be
     * @param checkpoints whether the others are told what is left of leases
     * @param self who has leases revoked
     * @param fatal told where the loop fails, which it must not
     */
    public LeaseLoop(
            Leases leases,
            RaftLoop raft,
            AppliedWait applied,
            Proposals proposals,
            LeaseThread thread,
            Duration electionTimeout,
            boolean checkpoints,
            Supplier<Requester> self,
            LeaseMetrics metrics,
            Consumer<Throwable> fatal) {
        this.leases = leases;
        this.raft = raft;
        this.applied = applied;
        this.proposals = proposals;
        this.thread = thread;
        this.electionMillis = electionTimeout.toMillis();
        this.checkpoints = checkpoints;
        this.self = self;
        this.metrics = metrics;
        this.fatal = fatal;
    }

    /** Begins to keep the time at once, where this member leads; completes when that is decided, and never fails. */
    public CompletableFuture<Void> begin() {
        return whilePrimary(() -> false, () -> CompletableFuture.completedFuture(null))
                .handle((_, _) -> null);
    }

    /** Begins to tick. */
    public void start() {
        thread.every(TICK, () -> {
            try {
                tick();
            } catch (RuntimeException e) {
                fatal.accept(e);
            }
        });
    }

    /** Nobody waits for an answer any more. Any thread; the last work the lease thread gets. */
    public void stop() {
        thread.execute(() -> {
            late.values().forEach(all ->
                    all.forEach(one -> one.answer.completeExceptionally(EtcdError.STOPPED.exception())));
            late.clear();
        });
        thread.close();
    }

    // ---- what clients ask: any thread

    /**
     * Renews a lease.
     *
     * @return its time in seconds, 0 where there is none
     */
    CompletableFuture<Long> renew(long id) {
        return renew(id, proposals.deadline());
    }

    private CompletableFuture<Long> renew(long id, long deadlineNanos) {
        // where the lease is known there is nothing to wait for; one that isn't may be about to be granted
        return whilePrimary(() -> leases.exists(id), () -> renewed(id, deadlineNanos), deadlineNanos);
    }

    /** A lease, or null where there is none. */
    CompletableFuture<@Nullable LeaseInfo> find(long id, boolean withKeys) {
        return whilePrimary(
                () -> false, () -> CompletableFuture.completedFuture(leases.find(id, thread.millis(), withKeys)));
    }

    /**
     * Does something on the lease thread while this member keeps the time, on a fresh proof of that; fails where
     * another member leads.
     *
     * @param hurries asked on the lease thread whether it may be done before all is applied that was committed
     */
    private <T extends @Nullable Object> CompletableFuture<T> whilePrimary(
            BooleanSupplier hurries, Supplier<CompletableFuture<T>> work) {
        return whilePrimary(hurries, work, proposals.deadline());
    }

    private <T extends @Nullable Object> CompletableFuture<T> whilePrimary(
            BooleanSupplier hurries, Supplier<CompletableFuture<T>> work, long deadlineNanos) {
        long asked = thread.millis();
        return raft.proveLeadership(deadlineNanos)
                .thenComposeAsync(
                        proof -> {
                            boolean known = primary && proof.leadership().equals(leadership);
                            return known && hurries.getAsBoolean()
                                    ? CompletableFuture.completedFuture(proof)
                                    : applied.until(proof.index()).thenApply(_ -> proof);
                        },
                        thread)
                .thenComposeAsync(
                        proof -> {
                            if (thread.millis() - asked > electionMillis) {
                                return proposals.isOver(deadlineNanos)
                                        ? CompletableFuture.failedFuture(EtcdError.TIMEOUT.exception())
                                        : whilePrimary(hurries, work, deadlineNanos);
                            }
                            return keepTimeFor(proof.leadership())
                                    ? work.get()
                                    : CompletableFuture.failedFuture(EtcdError.LEADER_CHANGED.exception());
                        },
                        thread);
    }

    /**
     * Takes note of a leadership that was proved, and that all of earlier terms is applied.
     *
     * @return false where it has ended by now
     */
    private boolean keepTimeFor(Leadership proved) {
        int order = proved.compareTo(leadership);
        if (order <= 0) {
            return order == 0 && primary;
        }
        if (primary && proved.term() == leadership.term()) {
            LOG.atWarn()
                    .addKeyValue("term", proved.term())
                    .log("all leases begin their time anew, because this leader stood still for longer than an"
                            + " election timeout");
        }
        leadership = proved;
        primary = true;
        expired.clear();
        unsettled.clear();
        leases.promote(thread.millis(), electionMillis);
        answerLate();
        return true;
    }

    private CompletableFuture<Long> renewed(long id, long deadlineNanos) {
        if (leases.checkpointed(id) || unsettled.contains(id)) {
            // what it says is wrong from now on, and a next leader must not go by it
            Leadership here = leadership;
            return checkpoint(List.of(LeaseCheckpoint.newBuilder().setID(id).build()))
                    .thenComposeAsync(
                            _ -> {
                                settle(here, List.of(id));
                                // that took a while: a proof from before it says nothing any more
                                return renew(id, deadlineNanos);
                            },
                            thread);
        }
        Renewal renewal = leases.renew(id, thread.millis());
        return switch (renewal.result()) {
            case RENEWED -> {
                metrics.renewed.increment();
                yield CompletableFuture.completedFuture(renewal.seconds());
            }
            case UNKNOWN -> CompletableFuture.completedFuture(0L);
            case NOT_PRIMARY -> CompletableFuture.failedFuture(EtcdError.LEADER_CHANGED.exception());
            case EXPIRED -> {
                Late one = new Late(new CompletableFuture<>(), deadlineNanos);
                late.computeIfAbsent(id, _ -> new ArrayList<>()).add(one);
                yield one.answer;
            }
        };
    }

    // ---- what time does: the lease thread

    /** Looks who leads, who has waited too long, and what has expired. */
    private void tick() {
        answerLate();
        RaftView view = raft.view();
        if (primary && (!view.leads() || view.term() != leadership.term())) {
            stepDown();
        }
        boolean due = !primary || leases.anyExpired(thread.millis());
        if (view.leads() && due && !asking) {
            asking = true;
            CompletableFuture<?> _ = whilePrimary(() -> false, this::revokeExpired)
                    .whenCompleteAsync((_, failure) -> asked(failure), thread);
        }
        if (primary && checkpoints && !checkpointing) {
            tellWhatIsLeft();
        }
    }

    /**
     * Has the others told what is left of leases, one entry after the other. This needs no new proof: whatever happened
     * since the last one, no lease has less time left than this says.
     */
    private void tellWhatIsLeft() {
        List<LeaseCheckpoint> due = leases.checkpointsDue(thread.millis(), Leases.CHECKPOINTS_PER_ENTRY);
        if (due.isEmpty()) {
            return;
        }
        checkpointing = true;
        Leadership here = leadership;
        List<Long> ids = due.stream().map(LeaseCheckpoint::getID).toList();
        unsettled.addAll(ids);
        CompletableFuture<?> _ = checkpoint(due).whenCompleteAsync((_, failure) -> told(here, ids, failure), thread);
    }

    private void told(Leadership under, List<Long> ids, @Nullable Throwable failure) {
        checkpointing = false;
        if (failure == null) {
            metrics.checkpointed.add(ids.size());
            settle(under, ids);
        } else {
            LOG.debug("a checkpoint of {} leases failed", ids.size(), failure);
            unsettled.removeIf(id -> !leases.exists(id));
        }
        if (primary) {
            tellWhatIsLeft();
        }
    }

    /** An entry of a leadership is applied, and so are all checkpoints before it. */
    private void settle(Leadership under, List<Long> ids) {
        if (under.equals(leadership)) {
            unsettled.removeAll(ids);
        }
    }

    private CompletableFuture<Outcome> checkpoint(List<LeaseCheckpoint> told) {
        InternalRaftRequest.Builder request = InternalRaftRequest.newBuilder();
        request.getLeaseCheckpointBuilder().addAllCheckpoints(told);
        return proposals.proposeUnder(leadership, request, Requester.NOBODY);
    }

    /** Who leads no more or is slow asks again at the next tick; anything else is a mistake of ours. */
    private void asked(@Nullable Throwable failure) {
        asking = false;
        Throwable reason = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (reason != null && !(reason instanceof EtcdException)) {
            fatal.accept(reason);
        }
    }

    private void stepDown() {
        primary = false;
        expired.clear();
        unsettled.clear();
        leases.demote();
        answerLate();
    }

    private CompletableFuture<@Nullable Void> revokeExpired() {
        expired.addAll(leases.expired(thread.millis(), REVOKES_PER_TICK - expired.size()));
        revoke();
        return CompletableFuture.completedFuture(null);
    }

    private void revoke() {
        while (inFlight < REVOKES_IN_FLIGHT && !expired.isEmpty()) {
            long id = expired.removeFirst();
            inFlight++;
            CompletableFuture<?> _ = proposals
                    .proposeUnder(
                            leadership,
                            InternalRaftRequest.newBuilder()
                                    .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(id)),
                            self.get())
                    .whenCompleteAsync((_, failure) -> revoked(id, failure), thread);
        }
    }

    /** A revoke that failed needs nothing: a lease that is still there expires again, or has its time anew. */
    private void revoked(long id, @Nullable Throwable failure) {
        inFlight--;
        if (failure == null) {
            metrics.expired.increment();
        } else {
            LOG.debug("the revoke of lease {} failed", Long.toHexString(id), failure);
        }
        answerLate(id);
        revoke();
    }

    private void answerLate() {
        List.copyOf(late.keySet()).forEach(this::answerLate);
    }

    private void answerLate(long id) {
        List<Late> all = late.remove(id);
        if (all == null) {
            return;
        }
        boolean waits = primary && leases.hasExpired(id, thread.millis());
        for (Late one : all) {
            if (!primary) {
                one.answer.completeExceptionally(EtcdError.LEADER_CHANGED.exception());
            } else if (!waits) {
                // it is gone, or has its time anew: in both cases a renewal like any other
                var _ = renewed(id, one.deadlineNanos).whenComplete((seconds, failure) -> {
                    if (failure == null) {
                        one.answer.complete(seconds);
                    } else {
                        one.answer.completeExceptionally(failure);
                    }
                });
            } else if (proposals.isOver(one.deadlineNanos)) {
                one.answer.completeExceptionally(EtcdError.TIMEOUT.exception());
            } else {
                late.computeIfAbsent(id, _ -> new ArrayList<>()).add(one);
            }
        }
    }
}
