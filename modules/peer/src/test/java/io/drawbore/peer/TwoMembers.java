package io.drawbore.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.membership.Member;
import io.drawbore.metrics.Metrics;
import io.drawbore.peer.internal.FakeMember;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.testkit.HeldPort;
import io.drawbore.wal.DiskVfs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The members A and B of one cluster, each behind a port of its own, which nobody else is given until the end. */
final class TwoMembers implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Where a message is not there by then, it goes out again, as those of raft do. */
    private static final Duration AGAIN = Duration.ofSeconds(2);

    static final long CLUSTER = 0xcafe;
    static final long A = 0xa;
    static final long B = 0xb;

    private final Path folder;
    private final List<Member> members = new ArrayList<>();
    private final ThreadWorkers workers = new ThreadWorkers();
    private final List<PeerEndpoint> endpoints = new ArrayList<>();
    private final List<HeldPort> held = new ArrayList<>();

    TwoMembers(Path folder, String scheme) throws IOException {
        this.folder = folder;
        for (long id : new long[] {A, B}) {
            HeldPort port = HeldPort.take();
            held.add(port);
            String name = Long.toHexString(id);
            members.add(new Member(
                    id,
                    List.of(scheme.equals("unix")
                            ? "unix://" + folder.resolve(name + ".sock")
                            : scheme + "://127.0.0.1:" + port.number()),
                    false,
                    name,
                    List.of("http://" + name)));
        }
    }

    List<Member> members() {
        return members;
    }

    String url(long id) {
        return members.get(id == A ? 0 : 1).peerUrls().getFirst();
    }

    int port(long id) {
        return URI.create(url(id)).getPort();
    }

    /** What a port tells, and asks. */
    FakeMember fake() {
        return new FakeMember(folder, members);
    }

    PeerEndpoint start(long id, FakeMember member) {
        return start(id, member, new Metrics(), null);
    }

    PeerEndpoint start(long id, FakeMember member, Metrics metrics, @Nullable PeerTls tls) {
        PeerOptions options = new PeerOptions(List.of(url(id)), List.of(url(id)), PATIENCE, tls);
        PeerEndpoint endpoint = new PeerEndpoint(options, new DiskVfs(), workers, metrics);
        endpoints.add(endpoint);
        try {
            endpoint.start(new MemberIdentity(id, CLUSTER), member, List.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        endpoint.members(members);
        return endpoint;
    }

    @Override
    public void close() {
        endpoints.forEach(PeerEndpoint::close);
        workers.close();
        held.forEach(HeldPort::close);
    }

    static Message append(int i) {
        return Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(A)
                .setTo(B)
                .setTerm(1)
                .setLogTerm(1)
                .setIndex(i)
                .setCommit(i)
                .addEntries(Entry.newBuilder().setTerm(1).setIndex(i + 1).setData(ByteString.copyFromUtf8("e" + i)))
                .build();
    }

    static Message heartbeat() {
        return Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(A)
                .setTo(B)
                .setTerm(1)
                .setCommit(4)
                .build();
    }

    static Message snapshot() {
        return Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setFrom(A)
                .setTo(B)
                .setTerm(2)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(17).setTerm(2)))
                .build();
    }

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(next);
        return next;
    }

    /** Sends a message until it is there: one that finds no way, or whose way breaks, is lost. */
    static void assertArrives(PeerEndpoint from, Message message, FakeMember at) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Message arrived = null;
        while (arrived == null) {
            assertTrue(System.nanoTime() - end < 0, "it did not arrive");
            from.send(List.of(message));
            arrived = at.received.poll(AGAIN.toSeconds(), TimeUnit.SECONDS);
        }
        assertEquals(message, arrived);
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not come about");
            Thread.onSpinWait();
        }
    }
}
