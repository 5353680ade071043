package io.drawbore.simulator;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes what etcds of earlier releases write into the log they share with others: v2 requests about themselves, and,
 * below cluster version 3.6, what is left of leases that not all members keep. What it writes reaches a member as what
 * another one forwards.
 *
 * @param by who it reaches
 */
record OldWriter(Machine by) {
    /** As much as a lease of clients has at the most, so that none ends early for it. */
    private static final long SECONDS_LEFT = 7;

    private static final List<String> VERSIONS = List.of("3.5.0", "3.5.0", "3.6.0", "3.7.0");

    /** Writes it, unless nobody leads or it gets lost. */
    void write(ByteString data) {
        by.server().receive(Message.newBuilder()
                .setType(MessageType.MsgProp)
                .setFrom(by.id())
                .setTo(by.id())
                .addEntries(Entry.newBuilder().setData(data))
                .build());
    }

    /**
     * One of the things it writes.
     *
     * @param members whose attributes may be in it
     * @param leases of which it may say what is left
     */
    static ByteString drawn(long choice, List<Long> members, List<Long> leases) {
        SplittableRandom random = new SplittableRandom(choice);
        return switch (random.nextInt(6)) {
            case 0 -> attributes(
                    members.get(random.nextInt(members.size())), "old", "http://old:" + random.nextInt(100));
            case 1 -> inEnvelope(put(
                    path(members.get(random.nextInt(members.size()))), "{\"name\":\"o" + random.nextInt(100) + "\"}"));
            case 2 -> clusterVersion(VERSIONS.get(random.nextInt(VERSIONS.size())));
            case 3 -> nothing("SYNC");
            default -> leases.isEmpty()
                    ? nothing("QGET")
                    : secondsLeft(leases.get(leases.size() - 1 - random.nextInt(Math.min(4, leases.size()))));
        };
    }

    /** A member says its name and where clients find it. */
    static ByteString attributes(long member, String name, String url) {
        return put(path(member), "{\"name\":\"" + name + "\",\"clientURLs\":[\"" + url + "\"]}").toByteString();
    }

    /** The leader of then decides the cluster's version. */
    static ByteString clusterVersion(String version) {
        return put("/0/version", version).toByteString();
    }

    /** A client of then changes a key of the v2 store. */
    static ByteString oldKey(String key) {
        return put("/1/" + key, "old").toByteString();
    }

    /** A v2 request as members wrap it that also write today's. */
    static ByteString inEnvelope(Request request) {
        return InternalRaftRequest.newBuilder().setV2(request).build().toByteString();
    }

    /** A request that changes nothing. */
    private static ByteString nothing(String method) {
        return Request.newBuilder().setMethod(method).build().toByteString();
    }

    private static ByteString secondsLeft(long lease) {
        return InternalRaftRequest.newBuilder()
                .setLeaseCheckpoint(LeaseCheckpointRequest.newBuilder()
                        .addCheckpoints(LeaseCheckpoint.newBuilder()
                                .setID(lease)
                                .setRemainingTTL(SECONDS_LEFT)))
                .build()
                .toByteString();
    }

    private static String path(long member) {
        return "/0/members/" + Long.toHexString(member) + "/attributes";
    }

    private static Request put(String path, String value) {
        return Request.newBuilder().setMethod("PUT").setPath(path).setVal(value).build();
    }
}
