package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * The writes of one raft entry to keys: all at one main revision, each with its place within it. Apply thread only;
 * made anew for every entry.
 *
 * <p>Plan, then write: whatever can be refused is refused from reads, by an {@link io.drawbore.api.EtcdException},
 * before the first write. So a refused entry has changed nothing and needs no rolling back.
 */
final class EntryWriter {
    private final KeyIndex index;
    private final WriteTx tx;
    private final long base;
    private final long compacted;
    private final LongPredicate leaseExists;
    private final boolean respond;
    private final Values values;
    private final ValueCache cache;
    private final List<KeyRow> changes = new ArrayList<>(1);

    /**
     * Starts an entry.
     *
     * @param base the store's main revision before the entry
     * @param leaseExists whether there is a lease, as the entries before this one left it
     * @param respond whether anyone waits for the answer; without, nothing is read for it
     */
    EntryWriter(
            KeyIndex index,
            ValueCache cache,
            WriteTx tx,
            long base,
            long compacted,
            LongPredicate leaseExists,
            boolean respond) {
        this.index = index;
        this.tx = tx;
        this.base = base;
        this.compacted = compacted;
        this.leaseExists = leaseExists;
        this.respond = respond;
        this.cache = cache;
        this.values = Values.within(cache, tx);
    }

    /** What the entry changed, in order; all of main revision {@code base + 1}. */
    List<KeyRow> changes() {
        return changes;
    }

    PutResponse put(PutRequest request) {
        checkPut(request);
        PutResponse.Builder response = doPut(request);
        response.getHeaderBuilder().setRevision(revision());
        return response.build();
    }

    DeleteRangeResponse deleteRange(DeleteRangeRequest request) {
        checkChanges(0, List.of(request));
        DeleteRangeResponse.Builder response = doDelete(request);
        response.getHeaderBuilder().setRevision(revision());
        return response.build();
    }

    /** Deletes these keys, those of them that are there, in the order given. */
    void deleteKeys(List<ByteString> keys) {
        if (keys.size() >= Revision.SUB_LIMIT) {
            throw EtcdError.TOO_MANY_OPS.exception();
        }
        for (ByteString bytes : keys) {
            Key key = Key.of(bytes);
            KeyEntry entry = index.get(key);
            if (entry != null && entry.live()) {
                write(key, KeyRow.tombstone(next(), key.bytes()));
            }
        }
    }

    TxnResponse txn(TxnRequest request) {
        TxnPath path = TxnPath.of(request, values, index.now(), base);
        List<RequestOp> operations = new ArrayList<>();
        collect(request, path, operations);
        checkEach(operations);
        TxnResponse.Builder response = run(request, path);
        response.getHeaderBuilder().setRevision(revision());
        return response.build();
    }

    /** The main revision as the entry's own reads see it. */
    private long revision() {
        return changes.isEmpty() ? base : base + 1;
    }

    /** Operations in the order in which they run: the first that cannot is the one that is reported. */
    private void checkEach(List<RequestOp> operations) {
        List<DeleteRangeRequest> deletes = new ArrayList<>();
        int puts = 0;
        for (RequestOp operation : operations) {
            if (operation.hasRequestPut()) {
                checkPut(operation.getRequestPut());
                puts++;
            } else if (operation.hasRequestDeleteRange()) {
                deletes.add(operation.getRequestDeleteRange());
            } else if (operation.hasRequestRange()) {
                RangeReader.checkRevisionInTxn(operation.getRequestRange().getRevision(), base, compacted);
            }
        }
        checkChanges(puts, deletes);
    }

    private void checkPut(PutRequest request) {
        if (request.getLease() != 0 && !leaseExists.test(request.getLease())) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        if (request.getIgnoreValue() || request.getIgnoreLease()) {
            KeyEntry entry = index.get(Key.of(request.getKey()));
            if (entry == null || !entry.live()) {
                throw EtcdError.KEY_NOT_FOUND.exception();
            }
        }
    }

    /** Refuses what would not fit below {@link Revision#SUB_LIMIT}; counts only where that could be. */
    private void checkChanges(int puts, List<DeleteRangeRequest> deletes) {
        if (index.size() + 2L * puts < Revision.SUB_LIMIT) {
            return;
        }
        long count = puts;
        for (DeleteRangeRequest delete : deletes) {
            count += index.now().count(range(delete), base);
        }
        if (count >= Revision.SUB_LIMIT) {
            throw EtcdError.TOO_MANY_OPS.exception();
        }
    }

    /** The operations that will run, nested ones in their place. */
    private static void collect(TxnRequest request, TxnPath path, List<RequestOp> into) {
        Iterator<TxnPath> nested = path.nested().iterator();
        for (RequestOp operation : path.branch(request)) {
            if (operation.hasRequestTxn()) {
                collect(operation.getRequestTxn(), nested.next(), into);
            } else {
                into.add(operation);
            }
        }
    }

    private TxnResponse.Builder run(TxnRequest request, TxnPath path) {
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(path.succeeded());
        response.getHeaderBuilder();
        Iterator<TxnPath> nested = path.nested().iterator();
        for (RequestOp operation : path.branch(request)) {
            ResponseOp.Builder answer = response.addResponsesBuilder();
            switch (operation.getRequestCase()) {
                case REQUEST_PUT -> answer.setResponsePut(withRevision(doPut(operation.getRequestPut())));
                case REQUEST_DELETE_RANGE ->
                    answer.setResponseDeleteRange(withRevision(doDelete(operation.getRequestDeleteRange())));
                case REQUEST_RANGE -> range(operation.getRequestRange(), answer);
                case REQUEST_TXN -> answer.setResponseTxn(run(operation.getRequestTxn(), nested.next()));
                case REQUEST_NOT_SET -> {}
            }
        }
        return response;
    }

    private PutResponse.Builder withRevision(PutResponse.Builder response) {
        response.getHeaderBuilder().setRevision(revision());
        return response;
    }

    private DeleteRangeResponse.Builder withRevision(DeleteRangeResponse.Builder response) {
        response.getHeaderBuilder().setRevision(revision());
        return response;
    }

    private void range(RangeRequest request, ResponseOp.Builder answer) {
        if (respond) {
            answer.setResponseRange(RangeReader.range(values, index.now(), request, revision(), compacted));
        }
    }

    private PutResponse.Builder doPut(PutRequest request) {
        PutResponse.Builder response = PutResponse.newBuilder();
        Key key = Key.of(request.getKey());
        KeyEntry entry = index.get(key);
        KeyEntry present = entry == null || !entry.live() ? null : entry;
        boolean answerPrevious = request.getPrevKv() && respond;
        ByteString value = request.getValue();
        long lease = request.getLease();
        if (present != null && (answerPrevious || request.getIgnoreValue() || request.getIgnoreLease())) {
            KeyValue previous = values.get(present, present.last());
            value = request.getIgnoreValue() ? previous.getValue() : value;
            lease = request.getIgnoreLease() ? previous.getLease() : lease;
            if (answerPrevious) {
                response.setPrevKv(previous);
            }
        }
        Revision at = next();
        long created = present == null ? at.main() : present.createRevision();
        long version = present == null ? 1 : present.version() + 1;
        write(key, KeyRow.put(at, key.bytes(), created, version, lease, value));
        return response;
    }

    private DeleteRangeResponse.Builder doDelete(DeleteRangeRequest request) {
        DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder();
        List<KeyEntry> entries = new ArrayList<>();
        index.now().walkLive(range(request), entry -> {
            if (entry.live()) {
                entries.add(entry);
            }
            return true;
        });
        if (request.getPrevKv() && respond) {
            response.addAllPrevKvs(values.all(entries, base + 1));
        }
        for (KeyEntry entry : entries) {
            write(Key.wrap(entry.key()), KeyRow.tombstone(next(), entry.keyBytes()));
        }
        return response.setDeleted(entries.size());
    }

    private Revision next() {
        return new Revision(base + 1, changes.size());
    }

    private void write(Key key, KeyRow row) {
        tx.put(row);
        index.add(key, row);
        changes.add(row);
        if (!row.tombstone()) {
            cache.put(row.revision().packed(), RangeReader.toKeyValue(row));
        }
    }

    private static KeyRange range(DeleteRangeRequest request) {
        return KeyRange.of(request.getKey(), request.getRangeEnd());
    }
}
