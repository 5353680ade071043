package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Workers;
import io.drawbore.membership.Member;
import io.drawbore.membership.Membership;
import io.drawbore.server.MemberRemovedException;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the members after each change: tells who they are to the way to them, and ends this member where it is none
 * of them any more.
 */
public final class OwnRemoval {
    private static final Logger LOG = LoggerFactory.getLogger(OwnRemoval.class);

    /** Until it ends: what was asked gets its answer, and the others hear that it is committed. As in etcd. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final long self;
    private final Backend backend;
    private final Peers peers;
    private final Workers workers;
    private final RaftLoop raft;
    private final Consumer<Throwable> end;
    private final AtomicBoolean removed = new AtomicBoolean();

    /**
     * Looks for one member.
     *
     * @param end told when it is time to end, and why
     */
    public OwnRemoval(
            long self, Backend backend, Peers peers, Workers workers, RaftLoop raft, Consumer<Throwable> end) {
        this.self = self;
        this.backend = backend;
        this.peers = peers;
        this.workers = workers;
        this.raft = raft;
        this.end = end;
    }

    /** The members may have changed. Apply thread only. */
    public void look() {
        List<Member> members;
        boolean gone;
        try (ReadTx view = backend.read()) {
            members = Membership.members(view);
            gone = Membership.isRemoved(view, self);
        }
        peers.members(members);
        if (gone) {
            removed();
        }
    }

    /** This member is none any more, by its own store or by what others say. Any thread. */
    public void removed() {
        if (removed.compareAndSet(false, true)) {
            // who leads without being a member would leave the others without a leader when it ends
            var _ = raft.handOver(workers.nanoTime() + GRACE.toNanos());
            workers.after(GRACE, this::end);
        }
    }

    private void end() {
        MemberRemovedException reason = new MemberRemovedException();
        LOG.atWarn().addKeyValue("error", reason.getMessage()).log("server error");
        LOG.warn("data-dir used by this member must be removed");
        end.accept(reason);
        raft.stopSoon();
    }
}
