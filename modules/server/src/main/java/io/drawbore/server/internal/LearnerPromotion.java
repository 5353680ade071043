package io.drawbore.server.internal;

import io.drawbore.api.Workers;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.RaftStatus.MemberProgress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives learners a vote without being asked to. While this member leads it looks now and then for one that has caught
 * up and answers, and promotes it under all the rules that hold when somebody asks. Any thread.
 */
public final class LearnerPromotion {
    private static final Logger LOG = LoggerFactory.getLogger(LearnerPromotion.class);

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final RaftLoop raft;
    private final MembershipRequests membership;
    private final Running running;
    private final Workers workers;

    /** Looks for one member. */
    public LearnerPromotion(RaftLoop raft, MembershipRequests membership, Running running, Workers workers) {
        this.raft = raft;
        this.membership = membership;
        this.running = running;
        this.workers = workers;
    }

    /** Looks again and again, for as long as the member runs; each time when the look before is over. */
    public void start() {
        running.repeat(workers, LOOK, this::look);
    }

    private CompletableFuture<?> look() {
        return raft.view().leads()
                ? raft.status().thenCompose(status -> ready(status)
                        .map(learner -> promote(learner.id()))
                        .orElseGet(() -> CompletableFuture.completedFuture(null)))
                : CompletableFuture.completedFuture(null);
    }

    /** A learner that is ready; there is none for who doesn't lead. One at a time: the next look finds the next. */
    private static Optional<MemberProgress> ready(RaftStatus status) {
        long match = status.progress().stream()
                .filter(member -> member.id() == status.id())
                .mapToLong(MemberProgress::match)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return status.progress().stream()
                .filter(member -> member.learner()
                        && member.recentlyActive()
                        && MembershipRequests.isReady(member, match))
                .findFirst();
    }

    private CompletableFuture<?> promote(long learner) {
        return membership.promoteHere(learner).whenComplete((_, refusal) -> {
            if (refusal == null) {
                LOG.atInfo()
                        .addKeyValue("member-id", Long.toHexString(learner))
                        .log("a learner that has caught up was given a vote");
            } else {
                LOG.debug("learner {} is not given a vote yet", Long.toHexString(learner), refusal);
            }
        });
    }
}
