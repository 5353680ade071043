package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.apply.Applier;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps writes out of a full store, and raises and clears this member's alarm NOSPACE. Any thread. */
public final class SpaceAlarm {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceAlarm.class);

    /** What must be free of the quota before a member clears the alarm itself: a tenth, so that it doesn't flutter. */
    private static final long CLEAR_MARGIN = 10;

    private final StoreSpace space;
    private final Applier applier;
    private final Proposals proposals;
    private final long memberId;
    private final boolean clears;
    private final AtomicBoolean proposed = new AtomicBoolean();

    /**
     * The alarm of one member.
     *
     * @param clears whether the member clears it once there is space again
     */
    public SpaceAlarm(StoreSpace space, Applier applier, Proposals proposals, long memberId, boolean clears) {
        this.space = space;
        this.applier = applier;
        this.proposals = proposals;
        this.memberId = memberId;
        this.clears = clears;
    }

    /**
     * Lets a write through that fits; else raises the alarm and, once that is applied, refuses the write.
     *
     * @param bytes what the write is reckoned to take, 0 for nothing
     */
    public <T> CompletableFuture<T> admit(long bytes, Supplier<CompletableFuture<T>> write) {
        if (space.admits(bytes)) {
            return write.get();
        }
        CompletableFuture<?> raised = isRaised() ? CompletableFuture.completedFuture(null) : raise();
        return raised.handle((_, _) -> {
            throw EtcdError.NO_SPACE.exception();
        });
    }

    /** The store's size was read again: raises the alarm, or clears it, where that is due. */
    public void sizeChanged() {
        if (space.isFull() && !isRaised()) {
            once(this::raise);
        } else if (clears && isRaised() && space.hasLeft(space.quota() / CLEAR_MARGIN)) {
            once(this::clear);
        }
    }

    /** One proposal at a time: what it was for is judged again at the next look. */
    private void once(Supplier<CompletableFuture<?>> proposal) {
        if (proposed.compareAndSet(false, true)) {
            var _ = proposal.get().whenComplete((_, _) -> proposed.set(false));
        }
    }

    private boolean isRaised() {
        return applier.alarms().raised(AlarmType.NOSPACE, memberId);
    }

    private CompletableFuture<?> raise() {
        LOG.atWarn()
                .addKeyValue("in-use-bytes", space.sampled().inUseBytes())
                .addKeyValue("quota-bytes", space.quota())
                .log("the store is full: raising the alarm NOSPACE");
        return propose(AlarmRequest.AlarmAction.ACTIVATE);
    }

    private CompletableFuture<?> clear() {
        LOG.atInfo()
                .addKeyValue("in-use-bytes", space.sampled().inUseBytes())
                .addKeyValue("quota-bytes", space.quota())
                .log("there is space again: clearing the alarm NOSPACE");
        return propose(AlarmRequest.AlarmAction.DEACTIVATE);
    }

    private CompletableFuture<?> propose(AlarmRequest.AlarmAction action) {
        return proposals.propose(InternalRaftRequest.newBuilder()
                .setAlarm(AlarmRequest.newBuilder()
                        .setAction(action)
                        .setMemberID(memberId)
                        .setAlarm(AlarmType.NOSPACE)));
    }
}
