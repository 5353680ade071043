package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.RaftStatus.MemberProgress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Leadership on its way to other members, and who waits for it to get there. Raft thread only. */
final class Transfers {
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(long to, CompletableFuture<Void> done, long deadlineNanos) {}

    /** Asks for leadership to go to a member. */
    void begin(long to, CompletableFuture<Void> done, long deadlineNanos, RaftNode node) {
        waiting.add(new Waiting(to, done, deadlineNanos));
        node.transferLeadership(to);
        leaderIs(node.status().softState().lead());
    }

    /** Asks for leadership to go to whoever can take it soonest; does nothing where this member can't give it. */
    void handOver(CompletableFuture<Void> done, long deadlineNanos, RaftNode node) {
        Optional<MemberProgress> best = best(node.status());
        if (best.isPresent()) {
            begin(best.get().id(), done, deadlineNanos, node);
        } else {
            done.complete(null);
        }
    }

    /** The voter that has most of the log, among those that answer; there is none for who doesn't lead. */
    private static Optional<MemberProgress> best(RaftStatus status) {
        return status.progress().stream()
                .filter(member -> member.id() != status.id() && !member.learner() && member.recentlyActive())
                .max(Comparator.comparingLong(MemberProgress::match));
    }

    /** Answers those whose member leads now. */
    void leaderIs(long leader) {
        take(one -> one.to == leader).forEach(one -> one.done.complete(null));
    }

    /** Gives up on those whose time is over, and asks again where raft has given up: a message may have got lost. */
    void tick(long nowNanos, RaftNode node) {
        take(one -> one.deadlineNanos - nowNanos < 0)
                .forEach(one -> one.done.completeExceptionally(EtcdError.TIMEOUT_LEADER_TRANSFER.exception()));
        if (!waiting.isEmpty()) {
            RaftStatus status = node.status();
            if (status.softState().lead() == status.id() && status.transferee() == 0) {
                node.transferLeadership(waiting.getLast().to);
            }
        }
    }

    void failAll(EtcdException error) {
        take(_ -> true).forEach(one -> one.done.completeExceptionally(error));
    }

    private List<Waiting> take(Predicate<Waiting> which) {
        List<Waiting> taken = new ArrayList<>();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (which.test(one)) {
                all.remove();
                taken.add(one);
            }
        }
        return taken;
    }
}
