package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A member with asynchronous storage writes, whose append and apply threads work when the test says so. A crash takes
 * along what they have not done; what the append thread did without having to answer may be lost too.
 */
final class AsyncMember {
    private final RaftConfig.Builder config;
    private final ConfState confState;
    private final Consumer<Entry> onApply;
    private final Queue<Message> appends = new ArrayDeque<>();
    private final Queue<Message> applies = new ArrayDeque<>();
    private final Queue<Message> answers = new ArrayDeque<>();
    private MemoryStorage storage;
    private HardState synced = HardState.getDefaultInstance();
    private long applied;
    private RaftNode node;

    AsyncMember(RaftConfig.Builder config, ConfState confState, Consumer<Entry> onApply) {
        this.config = config.asyncStorageWrites(true);
        this.confState = confState;
        this.onApply = onApply;
        storage = MemoryStorage.empty(confState);
        node = RaftNode.create(config.build(), storage);
    }

    RaftNode node() {
        return node;
    }

    long applied() {
        return applied;
    }

    /** Asks for what is to be done; returns what goes to others. */
    List<Message> ready() {
        List<Message> toOthers = new ArrayList<>();
        for (Message message : node.ready().messages()) {
            switch (message.getType()) {
                case MsgStorageAppend -> appends.add(message);
                case MsgStorageApply -> applies.add(message);
                default -> toOthers.add(message);
            }
        }
        return toOthers;
    }

    /** Takes note of the oldest answer to itself, if there is any. */
    void hear() {
        Message answer = answers.poll();
        if (answer != null) {
            node.step(answer);
        }
    }

    private List<Message> answered(Message request) {
        List<Message> toOthers = new ArrayList<>();
        for (Message answer : request.getResponsesList()) {
            (answer.getTo() == node.status().id() ? answers : toOthers).add(answer);
        }
        return toOthers;
    }

    /** The append thread carries out one request, if it has any; returns its answers to others. */
    List<Message> append() {
        Message request = appends.poll();
        if (request == null) {
            return List.of();
        }
        if (request.hasSnapshot()) {
            storage.applySnapshot(request.getSnapshot());
            applied = request.getSnapshot().getMetadata().getIndex();
        }
        storage.append(request.getEntriesList());
        if (request.hasTerm()) {
            storage.setHardState(HardState.newBuilder()
                    .setTerm(request.getTerm()).setVote(request.getVote()).setCommit(request.getCommit()).build());
        }
        if (request.getResponsesCount() > 0) {
            synced = storage.initialState().hardState();
        }
        return answered(request);
    }

    /** The apply thread carries out one request, if it has any. */
    void apply() {
        Message request = applies.poll();
        if (request == null) {
            return;
        }
        for (Entry entry : request.getEntriesList()) {
            assertTrue(entry.getIndex() <= storage.lastIndex(), () -> entry + " is applied before it is written");
            assertEquals(entry.getTerm(), storage.term(entry.getIndex()), "another entry is applied than written");
            // A snapshot that was installed meanwhile has it.
            if (entry.getIndex() > applied) {
                assertEquals(applied + 1, entry.getIndex());
                onApply.accept(entry);
                applied = entry.getIndex();
            }
        }
        answers.addAll(request.getResponsesList());
    }

    /** Keeps a snapshot at the index that the core knows to be applied, and lets go of the log below it. */
    void compact() {
        long index = node.status().applied();
        if (index >= storage.firstIndex() && index > storage.snapshot().getMetadata().getIndex()) {
            storage.createSnapshot(index, confState, ByteString.EMPTY);
            storage.compact(index);
            synced = synced.toBuilder().setCommit(Math.max(synced.getCommit(), index)).build();
        }
    }

    /** The process ends and starts again. */
    void crash() {
        appends.clear();
        applies.clear();
        answers.clear();
        long start = storage.firstIndex() - 1;
        MemoryStorage recovered = MemoryStorage.of(new Applied(start, storage.term(start)), confState, synced,
                storage.entries(storage.firstIndex(), storage.lastIndex() + 1, Long.MAX_VALUE));
        if (start > 0) {
            recovered.createSnapshot(start, confState, ByteString.EMPTY);
        }
        storage = recovered;
        node = RaftNode.create(config.applied(applied).build(), storage);
    }
}
