package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Applied;
import io.drawbore.api.EtcdError;
import io.drawbore.api.LogStore;
import io.drawbore.api.StorageException;
import io.drawbore.apply.Outcome;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.Ready;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The raft thread: owns the consensus core, the log and what of the log is kept in memory. Others leave it work and
 * read its {@link #view}. Everything that arrived while a sync was under way goes into the next append, so batches
 * grow with the load.
 */
public final class RaftLoop {
    private static final int INBOX_BATCH = 4_096;
    private static final long COMPACT_EVERY = 1_000;

    private final RaftNode node;
    private final LogStore log;
    private final MemoryStorage storage;
    private final ApplyLoop apply;
    private final PendingRequests pending;
    private final ReadIndexRequests reads = new ReadIndexRequests();
    private final BlockingQueue<Work> inbox = new LinkedBlockingQueue<>();
    private final Deque<Work.Propose> held = new ArrayDeque<>();
    private final StallWatch stalls;
    private final long tickNanos;
    private final long catchUpEntries;
    private final ServerMetrics metrics;
    private final Consumer<Throwable> fatal;
    private final Thread thread;

    private volatile RaftView view = RaftView.NOTHING;
    private volatile boolean ended;

    private sealed interface Work {
        record Propose(long id, ByteString data) implements Work {}

        record ProposeUnder(Leadership leadership, long id, ByteString data) implements Work {}

        record Read(CompletableFuture<Long> answer, long deadlineNanos) implements Work {}

        record Prove(CompletableFuture<LeadershipProof> answer, long deadlineNanos) implements Work {}

        record Release(Applied at, ConfState confState) implements Work {}

        record Campaign() implements Work {}

        record Stop() implements Work {}
    }

    /**
     * Prepares the loop.
     *
     * @param fatal told why the thread ended, if not because of {@link #stop}
     */
    public RaftLoop(
            RaftNode node,
            LogStore log,
            MemoryStorage storage,
            ApplyLoop apply,
            PendingRequests pending,
            StallWatch stalls,
            Duration tick,
            long catchUpEntries,
            ServerMetrics metrics,
            Consumer<Throwable> fatal) {
        this.node = node;
        this.log = log;
        this.storage = storage;
        this.apply = apply;
        this.pending = pending;
        this.stalls = stalls;
        this.tickNanos = tick.toNanos();
        this.catchUpEntries = catchUpEntries;
        this.metrics = metrics;
        this.fatal = fatal;
        this.thread = Thread.ofPlatform().name("raft").unstarted(this::run);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
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
        inbox.add(new Work.Propose(id, data));
    }

    /**
     * Hands over a request that may be proposed under one leadership only: where that has ended it fails with {@link
     * EtcdError#LEADER_CHANGED}, and is neither held nor forwarded to another leader. Any thread.
     */
    void proposeUnder(Leadership leadership, long id, ByteString data) {
        inbox.add(new Work.ProposeUnder(leadership, id, data));
    }

    /**
     * A proof, begun after this call, that this member leads; fails with {@link EtcdError#NOT_LEADER} where another
     * does. Any thread.
     */
    CompletableFuture<LeadershipProof> proveLeadership(long deadlineNanos) {
        CompletableFuture<LeadershipProof> answer = new CompletableFuture<>();
        inbox.add(new Work.Prove(answer, deadlineNanos));
        if (ended) {
            refuseInbox();
        }
        return answer;
    }

    /** An index that was committed after this call, from a leader proved to lead after it. Any thread. */
    public CompletableFuture<Long> readIndex(long deadlineNanos) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        inbox.add(new Work.Read(answer, deadlineNanos));
        if (ended) {
            refuseInbox();
        }
        return answer;
    }

    /** Lets the log go up to an index that the store holds durably. Any thread. */
    public void release(Applied at, ConfState confState) {
        inbox.add(new Work.Release(at, confState));
    }

    /** Starts an election without waiting for the clock. Any thread. */
    public void campaign() {
        inbox.add(new Work.Campaign());
    }

    /** Ends the thread after what it has begun. Any other thread. */
    public void stop() {
        inbox.add(new Work.Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            loop();
        } catch (Throwable e) {
            fatal.accept(e);
        } finally {
            reads.failAll(EtcdError.STOPPED.exception());
            ended = true;
            refuseInbox();
        }
    }

    /** Nobody waits for an answer of a thread that has ended. Any thread, once it has. */
    private void refuseInbox() {
        for (Work work = inbox.poll(); work != null; work = inbox.poll()) {
            if (work instanceof Work.Read read) {
                read.answer.completeExceptionally(EtcdError.STOPPED.exception());
            } else if (work instanceof Work.Prove prove) {
                prove.answer.completeExceptionally(EtcdError.STOPPED.exception());
            }
        }
    }

    private void loop() throws InterruptedException {
        long nextTick = System.nanoTime() + tickNanos;
        List<Work> batch = new ArrayList<>();
        boolean stopped = false;
        while (!stopped) {
            turns();
            batch.clear();
            Work first = inbox.poll(Math.max(0, nextTick - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (first != null) {
                batch.add(first);
                inbox.drainTo(batch, INBOX_BATCH);
            }
            stalls.look();
            stopped = take(batch);
            long now = System.nanoTime();
            if (now - nextTick >= 0) {
                tick(now);
                nextTick = now + tickNanos;
            }
            reads.ask(node);
        }
        turns();
    }

    private void tick(long now) {
        node.tick();
        metrics.proposalsFailed.add(pending.expire(now));
        reads.expire(now);
        long keepFrom = apply.applied() - catchUpEntries;
        if (keepFrom > storage.firstIndex() + COMPACT_EVERY) {
            storage.compact(keepFrom);
        }
    }

    /** Works off a batch; true where it told to stop. */
    private boolean take(List<Work> batch) {
        boolean stop = false;
        for (Work work : batch) {
            switch (work) {
                case Work.Propose propose -> propose(propose);
                case Work.ProposeUnder propose -> proposeUnder(propose);
                case Work.Read read -> reads.add(read.answer, read.deadlineNanos);
                case Work.Prove prove -> reads.addProof(prove.answer, prove.deadlineNanos);
                case Work.Release release -> release(release);
                case Work.Campaign _ -> node.campaign();
                case Work.Stop _ -> stop = true;
            }
        }
        return stop;
    }

    private void propose(Work.Propose propose) {
        try {
            node.propose(propose.data);
        } catch (ProposalDroppedException e) {
            held.add(propose);
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
        log.saveSnapshot(release.at, release.confState);
        log.release(release.at.index());
    }

    private void turns() {
        while (node.hasReady()) {
            turn();
        }
    }

    /** One turn: durable first, then visible to others, then applied, then told to the core. */
    private void turn() {
        Ready ready = node.ready();
        persist(ready);
        reads.answer(ready.readStates(), node, stalls.stretch());
        look();
        if (!ready.committedEntries().isEmpty()) {
            apply.submit(ready.committedEntries());
            changeMembership(ready.committedEntries());
        }
        node.advance();
    }

    private void persist(Ready ready) {
        boolean stateChanged = !ready.hardState().equals(HardState.getDefaultInstance());
        if (stateChanged || !ready.entries().isEmpty()) {
            log.append(ready.hardState(), ready.entries());
            if (ready.mustSync()) {
                long start = System.nanoTime();
                log.sync();
                metrics.walSync.observeSince(start);
            }
        }
        if (stateChanged) {
            storage.setHardState(ready.hardState());
        }
        storage.append(ready.entries());
    }

    /**
     * Raft takes on a membership only once the store has: otherwise the next change could be proposed before this one
     * holds.
     */
    private void changeMembership(List<Entry> committed) {
        for (Entry entry : committed) {
            if (entry.getType() != EntryType.EntryNormal) {
                apply.awaitApplied(entry.getIndex());
                try {
                    if (entry.getType() == EntryType.EntryConfChange) {
                        node.applyConfChange(ConfChange.parseFrom(entry.getData()));
                    } else {
                        node.applyConfChange(ConfChangeV2.parseFrom(entry.getData()));
                    }
                } catch (InvalidProtocolBufferException e) {
                    throw new StorageException("log entry " + entry.getIndex() + " cannot be read", e);
                }
            }
        }
    }

    private void look() {
        RaftStatus status = node.status();
        RaftView before = view;
        boolean leads = status.softState().lead() == status.id();
        view = new RaftView(
                status.softState().lead(),
                leads,
                status.hardState().getTerm(),
                status.hardState().getCommit());
        if (view.leader() != before.leader()) {
            if (view.leader() != 0) {
                metrics.leaderChanges.increment();
            }
            reads.leaderChanged();
        }
        if (leads && !held.isEmpty()) {
            proposeHeld();
        }
    }

    private void proposeHeld() {
        List<Work.Propose> again = List.copyOf(held);
        held.clear();
        for (Work.Propose propose : again) {
            if (pending.awaits(propose.id)) {
                propose(propose);
            }
        }
    }
}
