package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.api.Backend;
import io.drawbore.api.Command;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.lease.KeptCheckpoints;
import io.drawbore.lease.Leases;
import io.drawbore.membership.Membership;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.testkit.MemoryDisk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of the v2 era are commands like any other, or stop the member. */
class V2EntriesTest {
    /** Knows how a version is set, and what changes nothing. */
    private static final V2Translator VERSIONS = new V2Translator() {
        @Override
        public String name() {
            return "versions";
        }

        @Override
        public Command translate(Request request) {
            return switch (request.getMethod()) {
                case "PUT" ->
                    new Command.ClusterVersion(ClusterVersionSetRequest.newBuilder()
                            .setVer(request.getVal())
                            .build());
                case "SYNC" -> new Command.NoOp();
                default -> throw new UntranslatableException("it is not known");
            };
        }
    };

    private final Backend backend = new MemoryDisk().open(2);
    private final Leases leases = Rooms.leases(backend);
    private final Applier applier = new Applier(
            backend,
            Keyspace.load(backend, leases::rowApplied),
            leases,
            new ApplyOptions(ApplyOptions.MAX_LEARNERS, VERSIONS, KeptCheckpoints.BY_VERSION));
    private final Log log = new Log();

    private static Request request(String method, String path, String value) {
        // all fields are written, as etcd writes them
        return Request.newBuilder()
                .setID(7)
                .setMethod(method)
                .setPath(path)
                .setVal(value)
                .setDir(false)
                .setPrevValue("")
                .setPrevIndex(0)
                .setExpiration(0)
                .setWait(false)
                .setSince(0)
                .setRecursive(false)
                .setSorted(false)
                .setQuorum(false)
                .setTime(0)
                .setStream(false)
                .build();
    }

    private Log bare(String method, String path, String value) {
        return log.add(EntryType.EntryNormal, request(method, path, value).toByteString());
    }

    private String clusterVersion() {
        try (ReadTx tx = backend.read()) {
            return String.valueOf(Membership.clusterVersion(tx));
        }
    }

    @Test
    void aRequestIsTakenWithAndWithoutItsEnvelope() {
        bare("PUT", "/0/version", "3.4.0");
        List<Outcome> outcomes = applier.apply(log.entries, _ -> true);
        assertEquals("3.4.0", clusterVersion());
        assertEquals(7, outcomes.getFirst().requestId());
        log.request(InternalRaftRequest.newBuilder().setV2(request("PUT", "/0/version", "3.5.0")));
        bare("SYNC", "", "");
        outcomes = applier.apply(log.entries.subList(1, 3), _ -> true);
        assertEquals("3.5.0", clusterVersion());
        assertEquals(3, outcomes.getLast().at().index());
        assertEquals(1, outcomes.getLast().revision());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "DELETE", "QGET", "GET", "HEAD", ""})
    void oneThatIsNotUnderstoodStopsTheMemberBeforeItIsApplied(String method) {
        log.put("a", "1");
        bare(method, "/1/key", "value");
        StorageException stop = assertThrows(StorageException.class, () -> applier.apply(log.entries, _ -> false));
        assertEquals(
                "log entry 1/2 holds a v2 request that has no meaning here, " + method + " /1/key: it is not known",
                stop.getMessage());
        try (ReadTx tx = backend.read()) {
            assertEquals(0, tx.applied().index());
        }
    }

    @Test
    void whatIsNeitherIsNoRequest() {
        log.add(EntryType.EntryNormal, com.google.protobuf.ByteString.copyFromUtf8("neither"));
        String stop = String.valueOf(
                assertThrows(StorageException.class, () -> applier.apply(log.entries, _ -> false)).getMessage());
        assertEquals("log entry 1/1 cannot be read: ", stop.substring(0, stop.indexOf(": ") + 2));
    }
}
