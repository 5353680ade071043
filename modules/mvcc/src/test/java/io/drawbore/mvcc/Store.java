package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.testkit.MemoryDisk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;

/** A keyspace over a store in memory, each write a batch of one entry, published at once. */
final class Store {
    private final MemoryDisk disk = new MemoryDisk();
    CountedViews backend = new CountedViews(disk.open(16));
    private final long cacheBytes;
    Keyspace keyspace;
    List<KeyRow> lastChanges = List.of();
    LongPredicate leases = _ -> false;
    private long index;

    Store() {
        this(1 << 20);
    }

    Store(long cacheBytes) {
        this.cacheBytes = cacheBytes;
        keyspace = Keyspace.load(backend, cacheBytes);
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static PutRequest.Builder put(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value));
    }

    static RangeRequest.Builder range(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key));
    }

    static RangeRequest.Builder prefix(String prefix) {
        byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
        end[end.length - 1]++;
        return range(prefix).setRangeEnd(ByteString.copyFrom(end));
    }

    static RangeRequest.Builder everything() {
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFrom(new byte[] {0}))
                .setRangeEnd(ByteString.copyFrom(new byte[] {0}));
    }

    static DeleteRangeRequest.Builder delete(String key) {
        return DeleteRangeRequest.newBuilder().setKey(bytes(key));
    }

    PutResponse apply(PutRequest.Builder request) {
        return entry(writer -> writer.put(request.build(), true));
    }

    DeleteRangeResponse apply(DeleteRangeRequest.Builder request) {
        return entry(writer -> writer.deleteRange(request.build(), true));
    }

    TxnResponse apply(TxnRequest.Builder request) {
        return entry(writer -> writer.txn(request.build(), true));
    }

    RangeResponse read(RangeRequest.Builder request) {
        return keyspace.range(request.build());
    }

    List<String> keys(RangeRequest.Builder request) {
        return read(request).getKvsList().stream().map(kv -> kv.getKey().toStringUtf8()).toList();
    }

    /** The machine stops and starts again without its last commits. */
    void losePower(int commitsLost) {
        disk.losePower(commitsLost);
        backend = new CountedViews(disk.open(16));
        reload();
    }

    void reload() {
        keyspace = Keyspace.load(backend, cacheBytes);
    }

    /** A compaction as the apply thread runs it: committed and published, nothing removed. */
    void compact(long revision) {
        entry(writer -> writer.compact(revision));
    }

    /** A slice of removal; returns whether there is more to do. */
    boolean slice(int rows) {
        try (WriteTx tx = backend.begin()) {
            boolean more = keyspace.compactionSlice(tx, rows);
            tx.commitUnchanged();
            return more;
        }
    }

    void compactAndRemove(long revision) {
        compact(revision);
        while (slice(3)) {
            // on to the end
        }
    }

    List<KeyRow> rows() {
        try (ReadTx tx = backend.read()) {
            return tx.scan(new Revision(0, 0), Revision.END, 100_000, ReadTx.Content.VALUES);
        }
    }

    <R> R entry(Function<KeyspaceWriter, R> work) {
        try (WriteTx tx = backend.begin()) {
            KeyspaceWriter writer = keyspace.writer(tx, leases);
            R response = work.apply(writer);
            lastChanges = writer.changes();
            index++;
            tx.commit(new Applied(index, 1));
            keyspace.publish(writer.revision(), writer.compactRevision());
            return response;
        }
    }
}
