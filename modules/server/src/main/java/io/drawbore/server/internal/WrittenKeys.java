package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys that a list of operations puts and the ranges it deletes. No key may be put twice, or put and deleted, by
 * operations that can be executed together; the two branches of a nested transaction cannot. One thread.
 */
final class WrittenKeys {
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    private final Set<ByteString> puts = new HashSet<>();
    /** Disjoint ranges: first key, and the first one behind. */
    private final TreeMap<ByteString, ByteString> deletes = new TreeMap<>(ORDER);

    private WrittenKeys() {}

    /** Collects what the operations write, or throws {@code duplicate key}. */
    static WrittenKeys of(List<RequestOp> operations) {
        WrittenKeys written = new WrittenKeys();
        for (RequestOp operation : operations) {
            if (operation.hasRequestDeleteRange()) {
                written.delete(operation.getRequestDeleteRange());
            }
        }
        for (RequestOp operation : operations) {
            if (operation.hasRequestTxn()) {
                written.nested(operation.getRequestTxn());
            }
        }
        for (RequestOp operation : operations) {
            if (operation.hasRequestPut()) {
                written.put(operation.getRequestPut().getKey());
            }
        }
        return written;
    }

    private void nested(TxnRequest txn) {
        WrittenKeys success = of(txn.getSuccessList());
        WrittenKeys failure = of(txn.getFailureList());
        for (ByteString key : success.puts) {
            put(key);
        }
        for (ByteString key : failure.puts) {
            if (!success.puts.contains(key)) {
                put(key);
            }
        }
        success.deletes.forEach(this::delete);
        failure.deletes.forEach(this::delete);
    }

    private void put(ByteString key) {
        if (isDeleted(key) || !puts.add(key)) {
            throw EtcdError.DUPLICATE_KEY.exception();
        }
    }

    private boolean isDeleted(ByteString key) {
        Map.Entry<ByteString, ByteString> before = deletes.floorEntry(key);
        return before != null && ORDER.compare(before.getValue(), key) > 0;
    }

    /**
     * A range to the last key ends at a zero byte, which lies before all other keys; etcd compares it as it stands and
     * so finds no overlap with it. What etcd lets pass must pass here.
     */
    private void delete(DeleteRangeRequest request) {
        ByteString end = request.getRangeEnd().isEmpty() ? request.getKey().concat(ZERO) : request.getRangeEnd();
        if (ORDER.compare(request.getKey(), end) < 0) {
            delete(request.getKey(), end);
        }
    }

    /** Adds a range and merges it with those it overlaps, so that each step costs a logarithm of their number. */
    private void delete(ByteString from, ByteString to) {
        ByteString start = from;
        ByteString end = to;
        Map.Entry<ByteString, ByteString> before = deletes.floorEntry(from);
        if (before != null && ORDER.compare(before.getValue(), from) > 0) {
            start = before.getKey();
            end = later(end, before.getValue());
        }
        Map.Entry<ByteString, ByteString> next = deletes.ceilingEntry(start);
        while (next != null && ORDER.compare(next.getKey(), end) < 0) {
            end = later(end, next.getValue());
            deletes.remove(next.getKey());
            next = deletes.ceilingEntry(start);
        }
        deletes.put(start, end);
    }

    private static ByteString later(ByteString one, ByteString other) {
        return ORDER.compare(one, other) >= 0 ? one : other;
    }
}
