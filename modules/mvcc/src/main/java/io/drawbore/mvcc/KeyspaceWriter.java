package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.Counter;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * The keyspace within one write transaction: a batch of entries, each of which takes one main revision if it changes
 * anything. Apply thread only; good for one transaction.
 *
 * <p>Each method is one raft entry's whole work on keys. It throws an {@link io.drawbore.api.EtcdException}, and has
 * then changed nothing, where the request is refused. The {@code respond} parameters say whether anyone waits for the
 * answer: if nobody does, answers lack what would have to be read for them.
 */
public final class KeyspaceWriter {
    private final KeyIndex index;
    private final ValueCache cache;
    private final WriteTx tx;
    private final LongPredicate leaseExists;
    private long compacted;
    private long revision;
    private List<KeyRow> changes = List.of();

    KeyspaceWriter(KeyIndex index, ValueCache cache, WriteTx tx, LongPredicate leaseExists) {
        this.index = index;
        this.cache = cache;
        this.tx = tx;
        this.leaseExists = leaseExists;
        this.revision = tx.counter(Counter.REVISION);
        this.compacted = tx.counter(Counter.COMPACT_REVISION);
    }

    /** Gives a key a value. */
    public PutResponse put(PutRequest request, boolean respond) {
        return entry(respond, writer -> writer.put(request));
    }

    /** Deletes a range. */
    public DeleteRangeResponse deleteRange(DeleteRangeRequest request, boolean respond) {
        return entry(respond, writer -> writer.deleteRange(request));
    }

    /** Compares, then runs one branch. */
    public TxnResponse txn(TxnRequest request, boolean respond) {
        return entry(respond, writer -> writer.txn(request));
    }

    /** Deletes keys, in the order given; those that aren't there are passed over. */
    public void deleteKeys(List<ByteString> keys) {
        entry(false, writer -> {
            writer.deleteKeys(keys);
            return keys;
        });
    }

    /**
     * Gives up the history below a revision. What the batch still brings is judged by it; nothing is removed before
     * readers know of it: see {@link Keyspace#compactionSlice}.
     *
     * @param to every later read is at this main revision or above. As in etcd, 0 is taken while nothing was
     *     compacted; it changes nothing, so unlike etcd's it can be taken again
     * @throws io.drawbore.api.EtcdException where that history is compacted already or the revision is in the future
     */
    public CompactionResponse compact(long to) {
        changes = List.of();
        if (to < 0 || (to <= compacted && compacted > 0)) {
            throw EtcdError.COMPACTED.exception();
        }
        if (to > revision) {
            throw EtcdError.FUTURE_REV.exception();
        }
        if (to > compacted) {
            compacted = to;
            tx.set(Counter.COMPACT_REVISION, to);
        }
        CompactionResponse.Builder response = CompactionResponse.newBuilder();
        response.getHeaderBuilder().setRevision(revision);
        return response.build();
    }

    /** The rows the last entry wrote, in order; empty where it changed nothing or was refused. */
    public List<KeyRow> changes() {
        return changes;
    }

    /** The main revision after the last entry. */
    public long revision() {
        return revision;
    }

    /** The compact revision after the last entry; 0 when never compacted. */
    public long compactRevision() {
        return compacted;
    }

    private <R> R entry(boolean respond, Function<EntryWriter, R> work) {
        changes = List.of();
        EntryWriter writer = new EntryWriter(index, cache, tx, revision, compacted, leaseExists, respond);
        R response = work.apply(writer);
        changes = writer.changes();
        if (!changes.isEmpty()) {
            revision++;
            tx.set(Counter.REVISION, revision);
        }
        return response;
    }
}
