package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.testkit.MemoryDisk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever entries a log holds, each is applied, or refused and changes nothing but the index, or not understood, which
 * stops the member before it; and another member that applies them ends with the same digest, however it batches them.
 */
class ApplierFuzzTest {
    private static final int MOST_ENTRIES = 40;

    /** For each entry its type, two bytes for the length of its data, and the data. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                        new Log().noOp().put("a", "1").putBoth("a", "b", "2").delete("a", "z").put("a", "3"),
                        new Log().putKeepingValue("missing").clusterVersion("3.7.0").clusterVersion("3.6.0"),
                        new Log().addMember(1, "http://a:1").attributes(1, "x", "http://a:2").updateMember(1, "b")
                                .removeMember(1).addMember(1, "c"),
                        new Log().put("a", "1").put("b", "2").request(request(nested())).delete("\0", "\0"),
                        new Log().put("a", "1").request(request(unchecked())).put("a", "2"),
                        leased())
                .map(ApplierFuzzTest::described);
    }

    private static Log leased() {
        PutRequest.Builder put = PutRequest.newBuilder().setKey(Log.bytes("a")).setLease(7);
        LeaseGrantRequest.Builder grant = LeaseGrantRequest.newBuilder().setID(7).setTTL(60);
        LeaseCheckpointRequest.Builder checkpoint = LeaseCheckpointRequest.newBuilder()
                .addCheckpoints(LeaseCheckpoint.newBuilder().setID(7).setRemainingTTL(30));
        LeaseRevokeRequest.Builder revoke = LeaseRevokeRequest.newBuilder().setID(7);
        return new Log()
                .request(InternalRaftRequest.newBuilder().setPut(put))
                .request(InternalRaftRequest.newBuilder().setLeaseGrant(grant))
                .request(InternalRaftRequest.newBuilder().setLeaseGrant(grant))
                .request(InternalRaftRequest.newBuilder().setPut(put))
                .request(InternalRaftRequest.newBuilder().setLeaseCheckpoint(checkpoint))
                .put("a", "without")
                .request(InternalRaftRequest.newBuilder().setPut(put))
                .request(InternalRaftRequest.newBuilder().setLeaseRevoke(revoke))
                .request(InternalRaftRequest.newBuilder().setLeaseRevoke(revoke));
    }

    private static InternalRaftRequest.Builder request(TxnRequest txn) {
        return InternalRaftRequest.newBuilder().setTxn(txn);
    }

    private static TxnRequest nested() {
        RequestOp range = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder()
                        .setKey(Log.bytes("a"))
                        .setRangeEnd(Log.bytes("\0"))
                        .setLimit(1)
                        .setSortTarget(RangeRequest.SortTarget.VALUE)
                        .setMinModRevision(1))
                .build();
        RequestOp delete = RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder()
                        .setKey(Log.bytes("a"))
                        .setRangeEnd(Log.bytes("b"))
                        .setPrevKv(true))
                .build();
        RequestOp put = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(Log.bytes("b")).setIgnoreLease(true).setPrevKv(true))
                .build();
        Compare compare = Compare.newBuilder()
                .setKey(Log.bytes("a"))
                .setRangeEnd(Log.bytes("c"))
                .setTarget(Compare.CompareTarget.MOD)
                .setResult(Compare.CompareResult.GREATER)
                .setModRevision(1)
                .build();
        TxnRequest inner = TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(delete)
                .addSuccess(put)
                .addFailure(range)
                .build();
        return TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(range)
                .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
                .addFailure(range)
                .build();
    }

    /** What no front door lets through. */
    private static TxnRequest unchecked() {
        RequestOp put = RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(Log.bytes("a")))
                .build();
        RequestOp future = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(Log.bytes("a")).setRevision(99))
                .build();
        return TxnRequest.newBuilder()
                .addSuccess(put)
                .addSuccess(put)
                .addSuccess(future)
                .addSuccess(RequestOp.getDefaultInstance())
                .build();
    }

    private static byte[] described(Log log) {
        ByteBuffer bytes = ByteBuffer.allocate(100_000);
        for (Entry entry : log.entries) {
            bytes.put((byte) entry.getType().ordinal()).putShort((short) entry.getData().size());
            bytes.put(entry.getData().toByteArray());
        }
        return ByteString.copyFrom(bytes.flip()).toByteArray();
    }

    private static List<Entry> entries(byte[] described) {
        ByteBuffer bytes = ByteBuffer.wrap(described);
        Log log = new Log();
        while (bytes.remaining() >= 3 && log.entries.size() < MOST_ENTRIES) {
            EntryType type = EntryType.values()[(bytes.get() & 0xff) % EntryType.values().length];
            byte[] data = new byte[Math.min(bytes.getShort() & 0xffff, bytes.remaining())];
            bytes.get(data);
            log.add(type, ByteString.copyFrom(data));
        }
        return log.entries;
    }

    @MethodSource("seeds")
    @FuzzTest
    void membersThatApplyTheSameLogAgree(byte[] data) {
        List<Entry> entries = entries(data);
        MemoryDisk disk = new MemoryDisk();
        Backend backend = disk.open(4);
        int understood = applyOneByOne(backend, entries);

        Backend other = new MemoryDisk().open(4);
        Applier batches = Rooms.applier(other);
        for (int done = 0; done < understood; ) {
            done += batches.apply(entries.subList(done, understood), _ -> false).size();
        }
        assertEquals(digests(backend), digests(other));

        disk.kill();
        Backend again = disk.open(4);
        Applier stopped = Rooms.applier(again);
        if (understood < entries.size()) {
            List<Entry> rest = entries.subList(understood, understood + 1);
            assertThrows(StorageException.class, () -> stopped.apply(rest, _ -> false));
            assertEquals(understood, applied(again).index());
        }
    }

    /** How many entries were applied or refused before one was not understood. */
    private static int applyOneByOne(Backend backend, List<Entry> entries) {
        Applier applier = Rooms.applier(backend);
        EntryDigest before = digest(backend);
        for (int next = 0; next < entries.size(); next++) {
            long revision = revision(backend);
            Outcome outcome;
            try {
                outcome = applier.apply(List.of(entries.get(next)), _ -> true).getFirst();
            } catch (StorageException notUnderstood) {
                assertEquals(next, applied(backend).index());
                return next;
            }
            EntryDigest after = digest(backend);
            assertEquals(next + 1, applied(backend).index());
            assertEquals(outcome.revision(), revision(backend));
            if (outcome.refusal() != null) {
                assertNull(outcome.response());
                assertTrue(outcome.changes().isEmpty());
                assertEquals(
                        List.of(revision, before.rowsLow(), before.rowsHigh(), before.tables()),
                        List.of(revision(backend), after.rowsLow(), after.rowsHigh(), after.tables()));
            }
            before = after;
        }
        return entries.size();
    }

    private static Applied applied(Backend backend) {
        try (ReadTx view = backend.read()) {
            return view.applied();
        }
    }

    private static long revision(Backend backend) {
        try (ReadTx view = backend.read()) {
            return view.counter(Counter.REVISION);
        }
    }

    private static EntryDigest digest(Backend backend) {
        try (ReadTx view = backend.read()) {
            return view.digest();
        }
    }

    private static List<EntryDigest> digests(Backend backend) {
        try (ReadTx view = backend.read()) {
            return new ArrayList<>(view.digests(0));
        }
    }
}
