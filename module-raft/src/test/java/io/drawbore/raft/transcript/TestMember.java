package io.drawbore.raft.transcript;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftStorage;
import io.drawbore.raft.Ready;
import io.drawbore.raft.internal.ConfChanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A member of a transcript's cluster: its state machine strings together all that is applied, and it keeps every
 * version.
 */
final class TestMember {
    final RaftConfig config;
    final MemoryStorage storage;
    final RaftNode node;
    private final TranscriptOutput output;
    private final Moves moves;
    private final Moves.Watch watch;
    private final RaftConfig.Builder builder;
    private final List<Snapshot> versions = new ArrayList<>();
    private final Queue<Message> appendWork = new ArrayDeque<>();
    private final Queue<Message> applyWork = new ArrayDeque<>();

    TestMember(RaftConfig.Builder builder, Snapshot start, TranscriptOutput output, Moves moves) {
        this(builder, storageAt(start), List.of(start), output, moves);
    }

    private TestMember(RaftConfig.Builder builder, MemoryStorage storage, List<Snapshot> versions,
            TranscriptOutput output, Moves moves) {
        this.builder = builder;
        this.storage = storage;
        this.output = output;
        this.moves = moves;
        watch = moves.new Watch();
        this.versions.addAll(versions);
        EtcdRaftLogFormat format = new EtcdRaftLogFormat(builder.build().id());
        config = builder.events(event -> {
            watch.on(event);
            output.log(format.line(event));
        }).build();
        node = RaftNode.create(config, new NewestVersion());
    }

    private static MemoryStorage storageAt(Snapshot start) {
        SnapshotMetadata metadata = start.getMetadata();
        return MemoryStorage.of(new Applied(metadata.getIndex(), metadata.getTerm()), metadata.getConfState(),
                HardState.getDefaultInstance(), List.of());
    }

    /** The same member after a crash: what was persisted is there, what was applied up to an index as well. */
    TestMember restarted(long applied) {
        List<Snapshot> kept = versions.stream()
                .filter(version -> version.getMetadata().getIndex() <= applied).toList();
        Applied start = new Applied(storage.firstIndex() - 1, storage.term(storage.firstIndex() - 1));
        MemoryStorage recovered = MemoryStorage.of(start, kept.getLast().getMetadata().getConfState(),
                storage.initialState().hardState(),
                storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE));
        return new TestMember(builder.applied(applied), recovered, kept, output, moves);
    }

    /** A step is done. */
    void stepped() {
        watch.see(node.status());
    }

    /** The election timeout, which chance decides otherwise. */
    void electionTimeout(int ticks) {
        ((ScriptedRandom) config.random()).tell(ticks - config.electionTicks());
    }

    /** The election timeout at every draw from now on. */
    void holdElectionTimeout(int ticks) {
        ((ScriptedRandom) config.random()).hold(ticks - config.electionTicks());
    }

    Snapshot newestSnapshot() {
        return versions.getLast();
    }

    /** Does what the host has to do or, with asynchronous writes, queues it; returns the messages to others. */
    List<Message> processReady() {
        Ready ready = node.ready();
        output.write(EtcdRaftText.ready(ready));
        if (!config.asyncStorageWrites()) {
            append(ready.hardState(), ready.snapshot(), ready.entries());
            ready.committedEntries().forEach(this::apply);
            node.advance();
            stepped();
            return ready.messages();
        }
        List<Message> toOthers = new ArrayList<>();
        for (Message message : ready.messages()) {
            switch (message.getType()) {
                case MsgStorageAppend -> appendWork.add(message);
                case MsgStorageApply -> applyWork.add(message);
                default -> toOthers.add(message);
            }
        }
        return toOthers;
    }

    boolean hasAppendWork() {
        return !appendWork.isEmpty();
    }

    boolean hasApplyWork() {
        return !applyWork.isEmpty();
    }

    /** One request to the append thread is carried out; returns its answers. */
    List<Message> processAppendThread() {
        if (!hasAppendWork()) {
            output.write("no append work to perform");
            return List.of();
        }
        return carryOut(appendWork.remove(), work -> {
            HardState hardState = work.hasTerm()
                    ? HardState.newBuilder().setTerm(work.getTerm()).setVote(work.getVote())
                            .setCommit(work.getCommit()).build()
                    : HardState.getDefaultInstance();
            append(hardState, work.getSnapshot(), work.getEntriesList());
        });
    }

    /** One request to the apply thread is carried out; returns its answers. */
    List<Message> processApplyThread() {
        if (!hasApplyWork()) {
            output.write("no apply work to perform");
            return List.of();
        }
        return carryOut(applyWork.remove(), work -> work.getEntriesList().forEach(this::apply));
    }

    private List<Message> carryOut(Message work, Consumer<Message> how) {
        output.write("Processing:\n" + EtcdRaftText.message(work.toBuilder().clearResponses().build()) + "\n");
        how.accept(work);
        stepped();
        output.write("Responses:\n");
        work.getResponsesList().forEach(answer -> output.write(EtcdRaftText.message(answer) + "\n"));
        return work.getResponsesList();
    }

    private void append(HardState hardState, Snapshot snapshot, List<Entry> entries) {
        if (!hardState.equals(HardState.getDefaultInstance())) {
            storage.setHardState(hardState);
        }
        if (snapshot.getMetadata().getIndex() != 0) {
            storage.applySnapshot(snapshot);
            versions.add(snapshot);
        }
        storage.append(entries);
    }

    private void apply(Entry entry) {
        Snapshot last = versions.getLast();
        ConfState confState = last.getMetadata().getConfState();
        ByteString news = entry.getData();
        ConfChangeV2 change = ConfChanges.of(entry);
        if (change != null) {
            confState = node.applyConfChange(change);
            news = change.getContext();
        }
        versions.add(Snapshot.newBuilder()
                .setData(last.getData().concat(news))
                .setMetadata(SnapshotMetadata.newBuilder()
                        .setIndex(entry.getIndex())
                        .setTerm(entry.getTerm())
                        .setConfState(confState))
                .build());
    }

    /** The entries in the storage. */
    String log() {
        long first = storage.firstIndex();
        long last = storage.lastIndex();
        return last < first
                ? "log is empty: first index=%d, last index=%d".formatted(first, last)
                : EtcdRaftText.entries(storage.entries(first, last + 1, Long.MAX_VALUE));
    }

    /** The storage, but whoever asks for a snapshot gets the newest version. */
    private final class NewestVersion implements RaftStorage {
        @Override
        public InitialState initialState() {
            return storage.initialState();
        }

        @Override
        public List<Entry> entries(long lo, long hi, long maxBytes) {
            return storage.entries(lo, hi, maxBytes);
        }

        @Override
        public long term(long index) {
            return storage.term(index);
        }

        @Override
        public long firstIndex() {
            return storage.firstIndex();
        }

        @Override
        public long lastIndex() {
            return storage.lastIndex();
        }

        @Override
        public Snapshot snapshot() {
            return versions.getLast();
        }
    }
}
