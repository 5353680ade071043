package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.EtcdError;
import io.drawbore.api.InvariantException;
import io.drawbore.api.LogStore;
import io.drawbore.api.Vfs;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import io.drawbore.apply.Outcome;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.Ready;
import io.drawbore.raft.UnexpectedMessageException;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raft thread: owns the consensus core, the log and what of the log is kept in memory. Others leave it work and
 * read its {@link #view}. Everything that arrived while a sync was under way goes into the next append, so batches
 * grow with the load. It waits for the disk and for nothing else: where the apply thread is behind it takes no more
 * from the core, and goes on when it is woken.
 */
public final class RaftLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLoop.class);

    private static final int INBOX_BATCH = 4_096;

    /** How often those are told whose time is over; that is how much later they may hear of it. */
    private static final Duration GIVE_UP = Duration.ofMillis(500);

    /** Ticks that a voter leaves to the one before it where both know that there is no leader any more. */
    private static final int TICKS_APART = 3;

    /** Committed lists that the apply thread may have before it; while it has, nothing more is committed to it. */
    private static final int LISTS_AHEAD = 64;

    private final RaftNode node;
    private final LogStore log;
    private final MemoryStorage storage;
    private final ApplyLoop apply;
    private final PendingRequests pending;
    private final ReadIndexRequests reads;
    private final Queue<Work> inbox = new ConcurrentLinkedQueue<>();
    private final Deque<Work.Proposal> held = new ArrayDeque<>();
    private final Transfers transfers = new Transfers();
    private final Peers peers;
    private final SnapshotSender snapshots;
    private final Vfs vfs;
    private final StallWatch stalls;
    private final long tickNanos;
    private final TickAdvance advance;
    private final CatchUpWindow catchUp;
    private final boolean preVote;
    private final ServerMetrics metrics;
    private final Consumer<Throwable> fatal;
    private final Workers workers;
    private final Worker worker;

    /** The last index of each committed list that the apply thread has before it. */
    private final Deque<Long> ahead = new ArrayDeque<>();

    /** Snapshots that raft was told of since the last Ready; it takes one of them at the most. */
    private final List<MemberSnapshot> received = new ArrayList<>();

    /** The Ready under way, where it waits for its snapshot to be installed. */
    private @Nullable Ready installing;

    /** The newest snapshot that the log was told of; what was released before lies below it. */
    private long installed;

    /** Indexes of changes of membership in the Ready under way, which ends when raft has taken them on. */
    private final Deque<Long> changes = new ArrayDeque<>();

    private boolean underWay;

    /** The index that is waited for, or was last. */
    private long awaited;

    private CompletableFuture<Void> appliedAwaited = CompletableFuture.completedFuture(null);

    private long nextTick;

    /** The term whose leader was said to be gone, once. */
    private long forgottenIn;

    /** Ticks until this member stands for election in its place; 0 where it doesn't. */
    private int campaignIn;

    /** Whether this member means to be elected, as soon as it may be: not before it has applied its founding. */
    private boolean standing;

    private boolean stopping;

    private volatile RaftView view = RaftView.NOTHING;
    private volatile boolean ended;

    private sealed interface Work {
        /** What is kept while it cannot be proposed. */
        sealed interface Proposal extends Work {
            long id();
        }

        record Propose(long id, ByteString data) implements Proposal {}

        record ProposeChange(long id, ConfChange change) implements Proposal {}

        record ProposeUnder(Leadership leadership, long id, ByteString data) implements Work {}

        record Read(CompletableFuture<Long> answer, long deadlineNanos) implements Work {}

        record Prove(CompletableFuture<LeadershipProof> answer, long deadlineNanos) implements Work {}

        record Release(Applied at, ConfState confState, CompletableFuture<List<Entry>> left, boolean forgotten)
                implements Work {}

        record Campaign() implements Work {}

        record Received(Message message) implements Work {}

        record ReceivedSnapshot(MemberSnapshot snapshot) implements Work {}

        record Unreachable(long member) implements Work {}

        record Gone(long member) implements Work {}

        record SnapshotSent(long member, boolean delivered) implements Work {}

        record Transfer(long to, CompletableFuture<Void> done, long deadlineNanos) implements Work {}

        record HandOver(CompletableFuture<Void> done, long deadlineNanos) implements Work {}

        record Status(CompletableFuture<RaftStatus> answer) implements Work {}

        record Stop() implements Work {}
    }

    /**
     * Prepares the loop.
     *
     * @param advanceTicks of how many ticks until an election most are passed over at the start; 0 where none is
     * @param preVote whether the core asks before it raises the term; only then it may stand for election on a rumour
     * @param fatal told why the thread ended, if not because of {@link #stop}
     */
    public RaftLoop(
            RaftNode node,
            LogStore log,
            MemoryStorage storage,
            ApplyLoop apply,
            PendingRequests pending,
            Peers peers,
            RequestIds ids,
            SnapshotSender snapshots,
            Vfs vfs,
            StallWatch stalls,
            Duration tick,
            int advanceTicks,
            CatchUpWindow catchUp,
            boolean preVote,
            ServerMetrics metrics,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.node = node;
        this.log = log;
        this.storage = storage;
        this.apply = apply;
        this.pending = pending;
        this.peers = peers;
        this.reads = new ReadIndexRequests(ids);
        this.snapshots = snapshots;
        this.vfs = vfs;
        this.stalls = stalls;
        this.tickNanos = tick.toNanos();
        this.advance = new TickAdvance(advanceTicks, peers);
        this.catchUp = catchUp;
        this.preVote = preVote;
        this.metrics = metrics;
        this.fatal = fatal;
        this.workers = workers;
        this.worker = workers.worker("raft", this::turn);
    }

    /** Starts the thread. */
    public void start() {
        nextTick = workers.nanoTime() + tickNanos;
        advance.begin(workers.nanoTime());
        worker.start();
        workers.after(GIVE_UP, this::giveUp);
    }

    /** Tells those whose time is over. Not on the raft thread: that it stands still may be why it is. */
    private void giveUp() {
        if (ended) {
            return;
        }
        long now = workers.nanoTime();
        metrics.proposalsFailed.add(pending.expire(now));
        reads.giveUp(now);
        for (Work work : inbox) {
            switch (work) {
                case Work.Read read when read.deadlineNanos - now < 0 -> timeOut(read.answer);
                case Work.Prove prove when prove.deadlineNanos - now < 0 -> timeOut(prove.answer);
                default -> { }
            }
        }
        workers.after(GIVE_UP, this::giveUp);
    }

    private static void timeOut(CompletableFuture<?> answer) {
        answer.completeExceptionally(EtcdError.TIMEOUT.exception());
    }

    private void leave(Work work) {
        inbox.add(work);
        worker.wake();
    }

    /** What the thread knew last. Any thread. */
    public RaftView view() {
        return view;
    }

    /**
     * Hands over a request to be proposed; it is kept while there is no leader, as long as anyone waits for it. Any
     * thread.
     */
    public void propose(long id, ByteString data) {
        leave(new Work.Propose(id, data));
    }

    /** Hands over a change of membership; otherwise as {@link #propose}. Any thread. */
    void proposeChange(long id, ConfChange change) {
        leave(new Work.ProposeChange(id, change));
    }

    /**
     * Hands over a request that may be proposed under one leadership only: where that has ended it fails with {@link
     * EtcdError#LEADER_CHANGED}, and is neither held nor forwarded to another leader. Any thread.
     */
    void proposeUnder(Leadership leadership, long id, ByteString data) {
        leave(new Work.ProposeUnder(leadership, id, data));
    }

    /**
     * A proof, begun after this call, that this member leads; fails with {@link EtcdError#NOT_LEADER} where another
     * does. Any thread.
     */
    CompletableFuture<LeadershipProof> proveLeadership(long deadlineNanos) {
        return answered(new CompletableFuture<>(), answer -> new Work.Prove(answer, deadlineNanos));
    }

    /** An index that was committed after this call, from a leader proved to lead after it. Any thread. */
    public CompletableFuture<Long> readIndex(long deadlineNanos) {
        return answered(new CompletableFuture<>(), answer -> new Work.Read(answer, deadlineNanos));
    }

    /**
     * Lets the log go up to an index that the store holds durably. Any thread.
     *
     * @param left told what the log holds behind it; fails where that is no longer in memory
     * @param forgotten whether nothing of it stays in memory for followers that lag
     */
    public void release(
            Applied at, ConfState confState, CompletableFuture<List<Entry>> left, boolean forgotten) {
        leave(new Work.Release(at, confState, left, forgotten));
    }

    /** Starts an election without waiting for the clock. Any thread. */
    public void campaign() {
        leave(new Work.Campaign());
    }

    /** Takes a message from another member. Any thread. */
    public void receive(Message message) {
        leave(new Work.Received(message));
    }

    /** Takes a snapshot whose file was looked at; the file is the loop's from now on. Any thread. */
    void receiveSnapshot(MemberSnapshot snapshot) {
        leave(new Work.ReceivedSnapshot(snapshot));
    }

    /** The last messages to a member were probably lost. Any thread. */
    public void unreachable(long member) {
        leave(new Work.Unreachable(member));
    }

    /** The process of a member has ended: if it led, nobody has to wait until it was silent for long. Any thread. */
    public void gone(long member) {
        leave(new Work.Gone(member));
    }

    /** What became of the snapshot that was sent to a member. Any thread. */
    public void snapshotSent(long member, boolean delivered) {
        leave(new Work.SnapshotSent(member, delivered));
    }

    /** Asks for leadership to go to a member; completes when that one leads. Any thread. */
    CompletableFuture<Void> transferLeadership(long to, long deadlineNanos) {
        return answered(new CompletableFuture<>(), done -> new Work.Transfer(to, done, deadlineNanos));
    }

    /**
     * Asks for leadership to go to whoever can take it soonest; completes when that one leads, and at once where there
     * is none or this member doesn't lead. Any thread.
     */
    public CompletableFuture<Void> handOver(long deadlineNanos) {
        return answered(new CompletableFuture<>(), done -> new Work.HandOver(done, deadlineNanos));
    }

    /** Everything about the core. Any thread. */
    CompletableFuture<RaftStatus> status() {
        return answered(new CompletableFuture<>(), Work.Status::new);
    }

    private <T> CompletableFuture<T> answered(
            CompletableFuture<T> answer, Function<CompletableFuture<T>, Work> question) {
        leave(question.apply(answer));
        if (ended) {
            refuseInbox();
        }
        return answer;
    }

    /** Ends the thread after what it has begun. Any other thread. */
    public void stop() {
        stopSoon();
        worker.join();
    }

    /** The same without waiting for it. Any thread. */
    void stopSoon() {
        leave(new Work.Stop());
    }

    /** Nobody waits for an answer of a thread that has ended. Any thread, once it has. */
    private void refuseInbox() {
        for (Work work = inbox.poll(); work != null; work = inbox.poll()) {
            CompletableFuture<?> waiting = waiting(work);
            if (waiting != null) {
                waiting.completeExceptionally(EtcdError.STOPPED.exception());
            }
        }
    }

    /** Who waits for the answer, where the thread itself gives it. */
    private static @Nullable CompletableFuture<?> waiting(Work work) {
        return switch (work) {
            case Work.Read read -> read.answer;
            case Work.Prove prove -> prove.answer;
            case Work.Transfer transfer -> transfer.done;
            case Work.HandOver handOver -> handOver.done;
            case Work.Status status -> status.answer;
            default -> null;
        };
    }

    private long turn() {
        try {
            take();
            long now = workers.nanoTime();
            if (now - nextTick >= 0) {
                tick(now);
                nextTick = now + tickNanos;
            }
            reads.ask(node, now);
            boolean waits = !workOff();
            if (stopping && !waits) {
                end();
                return Worker.Turn.ENDED;
            }
            return inbox.isEmpty() ? Math.max(0, nextTick - workers.nanoTime()) : 0;
        } catch (Throwable e) {
            fatal.accept(e);
            end();
            return Worker.Turn.ENDED;
        }
    }

    private void end() {
        reads.failAll(EtcdError.STOPPED.exception());
        transfers.failAll(EtcdError.STOPPED.exception());
        ended = true;
        refuseInbox();
    }

    private void tick(long now) {
        node.tick();
        advance.look(now, node);
        standInPlace();
        stand();
        reads.expire(now);
        transfers.tick(now, node);
        held.removeIf(propose -> !pending.awaits(propose.id()));
        proposeHeld();
        catchUp.trim(storage, apply.applied(), node::status);
    }

    /** Works off what came in, up to a batch. */
    private void take() {
        List<Work> batch = new ArrayList<>();
        for (Work work = inbox.poll(); work != null; work = batch.size() < INBOX_BATCH ? inbox.poll() : null) {
            batch.add(work);
        }
        boolean stoodStill = stalls.look();
        for (Work work : batch) {
            switch (work) {
                case Work.Proposal propose -> propose(propose);
                case Work.ProposeUnder propose -> proposeUnder(propose);
                case Work.Read read -> reads.add(read.answer, read.deadlineNanos);
                case Work.Prove prove -> reads.addProof(prove.answer, prove.deadlineNanos);
                case Work.Release release -> release(release);
                case Work.Campaign _ -> {
                    standing = true;
                    stand();
                }
                case Work.Received received -> step(received.message);
                case Work.ReceivedSnapshot snapshot -> {
                    received.add(snapshot.snapshot);
                    step(snapshot.snapshot.message());
                }
                case Work.Unreachable unreachable -> node.reportUnreachable(unreachable.member);
                case Work.Gone gone -> forget(gone.member);
                case Work.SnapshotSent sent -> node.reportSnapshot(sent.member, sent.delivered);
                case Work.Transfer transfer ->
                    transfers.begin(transfer.to, transfer.done, transfer.deadlineNanos, node);
                case Work.HandOver handOver -> transfers.handOver(handOver.done, handOver.deadlineNanos, node);
                case Work.Status status -> status.answer.complete(node.status());
                case Work.Stop _ -> stopping = true;
            }
        }
        if (stoodStill) {
            handOver();
        }
    }

    /**
     * This member stood still for longer than an election timeout and may do so again. Where it leads by what it knows
     * now, it asks another to, in whose hands requests don't wait for a disk that blocks (etcd issue 15247).
     */
    private void handOver() {
        if (!leadership().equals(Leadership.NONE)) {
            LOG.atWarn()
                    .addKeyValue("timeout", Duration.ofNanos(stalls.limitNanos()))
                    .log("this leader stood still for longer than an election timeout, and hands over to another");
            transfers.handOver(new CompletableFuture<>(), workers.nanoTime() + stalls.limitNanos(), node);
        }
    }

    /**
     * Forgets a leader whose process has ended, so that it votes for another at once, and stands for election itself
     * where its turn comes. Once a term: whoever leads all the same is heard of again, and then believed.
     */
    private void forget(long member) {
        RaftStatus status = node.status();
        long term = status.hardState().getTerm();
        if (status.softState().lead() != member || member == status.id() || forgottenIn == term) {
            return;
        }
        forgottenIn = term;
        node.forgetLeader();
        // voters go one after the other: two at the same time would take each other's votes
        List<Long> voters = status.confState().getVotersList().stream()
                .filter(voter -> voter != member)
                .sorted(Long::compareUnsigned)
                .toList();
        campaignIn = preVote && voters.contains(status.id()) ? 1 + voters.indexOf(status.id()) * TICKS_APART : 0;
    }

    /** Stands for election where the leader is gone. It asks first (pre-vote): if others hear of a leader, it stays. */
    private void standInPlace() {
        if (campaignIn > 0 && --campaignIn == 0) {
            RaftStatus status = node.status();
            if (status.softState().lead() == 0 && status.hardState().getTerm() == forgottenIn) {
                node.campaign();
            }
        }
    }

    /** Stands for election until that is under way; the core refuses while changes of membership aren't applied. */
    private void stand() {
        if (standing) {
            node.campaign();
            standing = node.status().softState().role() == RaftRole.FOLLOWER;
        }
    }

    private void step(Message message) {
        try {
            node.step(message);
        } catch (ProposalDroppedException | UnexpectedMessageException refused) {
            // a proposal from a member that tries again, or an answer from one that has been removed
            LOG.debug("{} from {} is not taken", message.getType(), Long.toHexString(message.getFrom()), refused);
        }
    }

    private void propose(Work.Proposal proposal) {
        try {
            switch (proposal) {
                case Work.Propose propose -> node.propose(propose.data);
                case Work.ProposeChange propose when changes.isEmpty() -> node.proposeConfChange(propose.change);
                // raft would pass over it: it has not taken on the one before
                case Work.ProposeChange propose -> held.add(propose);
            }
        } catch (ProposalDroppedException e) {
            held.add(proposal);
        }
    }

    private void proposeUnder(Work.ProposeUnder propose) {
        try {
            if (propose.leadership.equals(leadership())) {
                node.propose(propose.data);
                return;
            }
        } catch (ProposalDroppedException e) {
            // answered like one that came too late: nothing was appended
        }
        CompletableFuture<Outcome> waiting = pending.take(propose.id);
        if (waiting != null) {
            waiting.completeExceptionally(EtcdError.LEADER_CHANGED.exception());
        }
    }

    /** The leadership that this member is in now; none where it doesn't lead. */
    private Leadership leadership() {
        RaftStatus status = node.status();
        return status.softState().lead() == status.id()
                ? new Leadership(status.hardState().getTerm(), stalls.stretch())
                : Leadership.NONE;
    }

    private void release(Work.Release release) {
        if (release.at.index() > installed) {
            log.saveSnapshot(release.at, release.confState);
            log.release(release.at.index());
        }
        if (release.forgotten) {
            CatchUpWindow.forget(storage, release.at.index(), node.status());
        }
        long from = Math.max(release.at.index(), installed) + 1;
        if (from < storage.firstIndex()) {
            release.left.completeExceptionally(EtcdError.TIMEOUT.exception());
        } else {
            long end = storage.lastIndex() + 1;
            release.left.complete(from < end ? storage.entries(from, end, Long.MAX_VALUE) : List.of());
        }
    }

    /** Does all that the core has to be done; false where that waits for the apply thread. */
    private boolean workOff() {
        while (!underWay || finish()) {
            if (!node.hasReady()) {
                return true;
            }
            if (!hasRoom()) {
                return false;
            }
            Ready ready = node.ready();
            underWay = true;
            install(ready);
            if (installing == null) {
                carryOut(ready);
            }
        }
        return false;
    }

    private boolean hasRoom() {
        while (!ahead.isEmpty() && ahead.getFirst() <= apply.applied()) {
            ahead.removeFirst();
        }
        return ahead.size() < LISTS_AHEAD || isApplied(ahead.getFirst());
    }

    /** Whether an index is applied; otherwise this thread is woken when it is, and fails where it never will be. */
    private boolean isApplied(long index) {
        if (awaited != index) {
            awaited = index;
            appliedAwaited = apply.until(index);
            var _ = appliedAwaited.whenComplete((_, _) -> worker.wake());
        }
        if (!appliedAwaited.isDone()) {
            return false;
        }
        appliedAwaited.join();
        return true;
    }

    /** Has the snapshot of a Ready installed, where it has one; files that raft didn't take are of no use. */
    private void install(Ready ready) {
        Applied at = position(ready.snapshot());
        for (MemberSnapshot snapshot : received) {
            if (installing == null
                    && at.index() > 0
                    && position(snapshot.message().getSnapshot()).equals(at)) {
                installing = ready;
                apply.install(snapshot.file(), at);
            } else {
                SnapshotFolder.delete(vfs, snapshot.file());
            }
        }
        received.clear();
        InvariantException.check(at.index() == 0 || installing != null, "no file came with the snapshot at " + at);
    }

    private static Applied position(Snapshot snapshot) {
        return new Applied(
                snapshot.getMetadata().getIndex(), snapshot.getMetadata().getTerm());
    }

    /** The store holds the snapshot durably: now the log may forget what it takes the place of. */
    private void recordInstalled(Snapshot snapshot) {
        Applied at = position(snapshot);
        log.saveSnapshot(at, snapshot.getMetadata().getConfState());
        log.release(at.index());
        installed = at.index();
    }

    /**
     * Durable first, then visible to others, then applied, then told to the core by {@link #finish}. But a leader's
     * entries go to the others while it writes its own (Raft thesis 10.2.1): it counts itself only once it has. Nothing
     * else may go ahead, not even of a leader, which may have been a follower a moment ago: votes and acknowledgements
     * promise what is on disk.
     */
    private void carryOut(Ready ready) {
        send(ready.messages(), true);
        persist(ready);
        send(ready.messages(), false);
        reads.answer(ready.readStates(), node, stalls.stretch());
        look();
        List<Entry> committed = ready.committedEntries();
        if (!committed.isEmpty()) {
            apply.submit(committed);
            ahead.addLast(committed.getLast().getIndex());
            committed.stream()
                    .filter(entry -> entry.getType() != EntryType.EntryNormal)
                    .forEach(entry -> changes.addLast(entry.getIndex()));
        }
    }

    private void send(List<Message> messages, boolean ahead) {
        List<Message> some = new ArrayList<>();
        for (Message message : messages) {
            if (goesAhead(message) == ahead) {
                if (message.getType() == MessageType.MsgSnap) {
                    snapshots.send(message);
                } else {
                    some.add(message);
                }
            }
        }
        if (!some.isEmpty()) {
            peers.send(some);
        }
    }

    private static boolean goesAhead(Message message) {
        return message.getType() == MessageType.MsgApp || message.getType() == MessageType.MsgHeartbeat;
    }

    private void persist(Ready ready) {
        boolean stateChanged = !ready.hardState().equals(HardState.getDefaultInstance());
        if (stateChanged || !ready.entries().isEmpty()) {
            log.append(ready.hardState(), ready.entries());
            if (ready.mustSync()) {
                long start = workers.nanoTime();
                log.sync();
                metrics.walSync.observeSince(start);
            }
        }
        storage.mirror(ready);
    }

    /**
     * Ends the Ready under way, or says that it has to wait: for its snapshot first, and then for changes of
     * membership. Raft takes on a membership only once the store has: otherwise the next change could be proposed
     * before this one holds.
     */
    private boolean finish() {
        Ready ready = installing;
        if (ready != null) {
            if (!isApplied(ready.snapshot().getMetadata().getIndex())) {
                return false;
            }
            installing = null;
            recordInstalled(ready.snapshot());
            carryOut(ready);
        }
        List<AppliedChange> taken = new ArrayList<>();
        while (!changes.isEmpty()) {
            if (!isApplied(changes.getFirst())) {
                return false;
            }
            changes.removeFirst();
            taken.add(apply.takeChange());
            node.applyConfChange(taken.getLast().change());
        }
        underWay = false;
        node.advance();
        if (!taken.isEmpty()) {
            look();
            taken.forEach(change -> change.answer().run());
        }
        return true;
    }

    private void look() {
        RaftStatus status = node.status();
        RaftView before = view;
        boolean leads = status.softState().lead() == status.id();
        view = new RaftView(
                status.softState().lead(),
                leads,
                status.hardState().getTerm(),
                status.hardState().getCommit(),
                status.confState().getLearnersList().contains(status.id()));
        if (view.leader() != before.leader()) {
            if (view.leader() != 0) {
                metrics.leaderChanges.increment();
            }
            reads.leaderChanged();
            transfers.leaderIs(view.leader());
        }
        proposeHeld();
    }

    /** A leader takes them, a follower sends them on; while nobody leads they wait. */
    private void proposeHeld() {
        if (held.isEmpty() || view.leader() == 0) {
            return;
        }
        List<Work.Proposal> again = List.copyOf(held);
        held.clear();
        for (Work.Proposal propose : again) {
            if (pending.awaits(propose.id())) {
                propose(propose);
            }
        }
    }
}
