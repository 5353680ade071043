package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberServer;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import io.drawbore.server.Surroundings;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import io.drawbore.wal.EtcdLogs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A follower in virtual time, to which the test plays the leader. */
final class InstallingMember implements Peers {
    static final long LEADER = 1;
    static final long SELF = 2;
    static final long TERM = 5;

    private static final Path DATA = Path.of("/data");

    private final Schedule schedule = new Schedule();
    private final SimulatedWorkers workers = new SimulatedWorkers(schedule, new SplittableRandom(3));
    private final Vfs disk;
    private final MemberServer server;

    /** The highest index that it said to have. */
    private long acknowledged;

    InstallingMember(Vfs disk, BackendProvider stores, int life) {
        this.disk = disk;
        MemberOptions options = MemberOptions.builder("two", DATA)
                .joins(new MemberIdentity(SELF, 77))
                .initialCluster(Map.of())
                .segmentBytes(2_048)
                .spareSegments(0)
                .snapshotCount(1_000)
                .build();
        server = new MemberServer(
                options,
                new EtcdLogs(Runnable::run),
                stores,
                new Metrics(),
                new Surroundings(
                        disk,
                        InstantSource.fixed(Instant.EPOCH.plusSeconds(life)),
                        workers,
                        new SplittableRandom(life),
                        this,
                        true));
        var _ = server.start();
        pass();
    }

    @Override
    public void send(List<Message> messages) {
        for (Message message : messages) {
            if (message.getType() == MessageType.MsgAppResp && !message.getReject()) {
                acknowledged = Math.max(acknowledged, message.getIndex());
            }
        }
    }

    @Override
    public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
        return CompletableFuture.failedFuture(new IllegalStateException("a follower sends none"));
    }

    long acknowledged() {
        return acknowledged;
    }

    MemberServer server() {
        return server;
    }

    void pass() {
        schedule.pass(Duration.ofMillis(5));
    }

    /** Appends one entry behind another, committed up to an index. */
    void append(Applied behind, long term, long commit, String value) {
        InternalRaftRequest request = InternalRaftRequest.newBuilder()
                .setID(behind.index() + 1)
                .setPut(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("k"))
                        .setValue(ByteString.copyFromUtf8(value)))
                .build();
        server.receive(Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(LEADER)
                .setTo(SELF)
                .setTerm(term)
                .setIndex(behind.index())
                .setLogTerm(behind.term())
                .setCommit(commit)
                .addEntries(Entry.newBuilder()
                        .setIndex(behind.index() + 1)
                        .setTerm(term)
                        .setData(request.toByteString()))
                .build());
        pass();
    }

    /** Hands over a snapshot as a transport would. */
    CompletableFuture<Void> install(Message message, byte[] file) throws IOException {
        Path name = server.newSnapshotFile();
        try (VfsFile into = disk.open(name, Vfs.Mode.CREATE)) {
            into.write(ByteBuffer.wrap(file), 0);
        }
        CompletableFuture<Void> taken = server.receiveSnapshot(new MemberSnapshot(message, name, ByteString.EMPTY));
        pass();
        return taken;
    }

    /** What a stale read of the key finds; empty where there is none. */
    String value() {
        RangeRequest stale = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setSerializable(true)
                .build();
        CompletableFuture<RangeResponse> answer = server.range(stale, Caller.SELF);
        pass();
        List<KeyValue> found = answer.join().getKvsList();
        return found.isEmpty() ? "" : found.getFirst().getValue().toStringUtf8();
    }

    /** The process ends at once. */
    void die() {
        workers.die();
    }
}
