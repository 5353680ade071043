package io.drawbore.mvcc;

import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys as readers see them: everything up to the published revision. Owns the key index. Reads may come from any
 * thread; {@link #writer} and {@link #publish} belong to the apply thread.
 */
public final class Keyspace {
    private static final int SCAN_ROWS = 10_000;

    private final Backend backend;
    private final KeyIndex index;
    private volatile Published published;

    /** What readers may see; changed only as a whole. */
    private record Published(long revision, long compacted) {}

    private Keyspace(Backend backend, KeyIndex index, Published published) {
        this.backend = backend;
        this.index = index;
        this.published = published;
    }

    /** Rebuilds the index from the rows of a store and publishes all that is committed. */
    public static Keyspace load(Backend backend) {
        return load(backend, _ -> {});
    }

    /**
     * Rebuilds the index from the rows of a store and publishes all that is committed.
     *
     * @param eachRow told of every row, without its value, oldest first: for whoever else keeps something of them
     */
    public static Keyspace load(Backend backend, Consumer<KeyRow> eachRow) {
        KeyIndex index = new KeyIndex();
        try (ReadTx tx = backend.read()) {
            Revision from = new Revision(0, 0);
            Revision end = Revision.END;
            List<KeyRow> rows;
            do {
                rows = tx.scan(from, end, SCAN_ROWS, ReadTx.Content.HEADS);
                for (KeyRow row : rows) {
                    index.add(Key.of(row.key()), row);
                    eachRow.accept(row);
                    from = behind(row.revision());
                }
            } while (rows.size() == SCAN_ROWS);
            return new Keyspace(
                    backend,
                    index,
                    new Published(tx.counter(Counter.REVISION), tx.counter(Counter.COMPACT_REVISION)));
        }
    }

    private static Revision behind(Revision revision) {
        return Revision.unpacked(revision.packed() + 1);
    }

    /** The newest main revision that readers see. */
    public long revision() {
        return published.revision;
    }

    /** History up to here may be gone; 0 when never compacted. */
    public long compactRevision() {
        return published.compacted;
    }

    /** Starts a batch within a write transaction, where there are no leases. Apply thread only. */
    public KeyspaceWriter writer(WriteTx tx) {
        return writer(tx, _ -> false);
    }

    /**
     * Starts a batch within a write transaction. Apply thread only.
     *
     * @param leaseExists whether there is a lease; asked while an entry is judged, and must know what the entries
     *     before it in the batch did
     */
    public KeyspaceWriter writer(WriteTx tx, LongPredicate leaseExists) {
        return new KeyspaceWriter(index, tx, leaseExists);
    }

    /** Lets readers see a revision; its transaction must be committed. Apply thread only. */
    public void publish(long revision) {
        published = new Published(revision, published.compacted);
    }

    /**
     * Reads keys. The response's header holds the revision only.
     *
     * @throws io.drawbore.api.EtcdException where the revision asked for is in the future or compacted
     */
    public RangeResponse range(RangeRequest request) {
        Published at = published;
        try (ReadTx tx = backend.read()) {
            return RangeReader.range(tx, index, request, at.revision, at.compacted);
        }
    }

    /**
     * Runs a transaction that only reads, all of it at one revision. The response's header holds the revision only.
     *
     * @param request a transaction for which {@link #isReadOnly} holds
     */
    public TxnResponse txn(TxnRequest request) {
        Published at = published;
        try (ReadTx tx = backend.read()) {
            TxnPath path = TxnPath.of(request, tx, index, at.revision);
            TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(path.succeeded());
            for (RequestOp operation : path.branch(request)) {
                response.addResponsesBuilder()
                        .setResponseRange(RangeReader.range(
                                tx, index, operation.getRequestRange(), at.revision, at.compacted));
            }
            response.getHeaderBuilder().setRevision(at.revision);
            return response.build();
        }
    }

    /** Whether a transaction consists of ranges only; one that nests another counts as writing, as in etcd. */
    public static boolean isReadOnly(TxnRequest request) {
        return request.getSuccessList().stream().allMatch(RequestOp::hasRequestRange)
                && request.getFailureList().stream().allMatch(RequestOp::hasRequestRange);
    }

    /** Whether a read-only transaction may be answered without asking the leader: each of its ranges says so. */
    public static boolean isSerializable(TxnRequest request) {
        return request.getSuccessList().stream().allMatch(op -> op.getRequestRange().getSerializable())
                && request.getFailureList().stream().allMatch(op -> op.getRequestRange().getSerializable());
    }

    /**
     * Changes in revision order, for watchers that catch up.
     *
     * @param from first main revision wanted
     * @param limit rows to read at the most; the last main revision is never cut in two, so a few more may come
     * @param enoughBytes bytes of keys and values after which no more is read
     * @return rows of whole main revisions, none above the published one
     */
    public List<KeyRow> changes(long from, int limit, long enoughBytes) {
        long end = published.revision + 1;
        if (from >= end) {
            return List.of();
        }
        try (ReadTx tx = backend.read()) {
            List<KeyRow> rows = new ArrayList<>();
            Revision next = new Revision(from, 0);
            long bytes = 0;
            int page = FIRST_CHANGES;
            boolean more = true;
            while (more && rows.size() < limit && bytes < enoughBytes) {
                int asked = Math.min(page, limit - rows.size());
                List<KeyRow> found = tx.scan(next, new Revision(end, 0), asked, ReadTx.Content.VALUES);
                rows.addAll(found);
                long foundBytes = bytes(found);
                bytes += foundBytes;
                more = found.size() == asked;
                if (more) {
                    next = behind(found.getLast().revision());
                    boolean small = foundBytes * PAGE_GROWTH < enoughBytes;
                    page = small ? Math.min(page * PAGE_GROWTH, MOST_CHANGES) : FIRST_CHANGES;
                }
            }
            if (more) {
                finishRevision(tx, rows);
            }
            return rows;
        }
    }

    /** Rows read for a watcher at once: one at first and never many, because a row may be as large as a request. */
    private static final int FIRST_CHANGES = 1;

    private static final int MOST_CHANGES = 32;
    private static final int PAGE_GROWTH = 4;

    private static long bytes(List<KeyRow> rows) {
        return rows.stream().mapToLong(row -> (long) row.key().size() + row.value().size()).sum();
    }

    private static void finishRevision(ReadTx tx, List<KeyRow> rows) {
        boolean more = true;
        while (more) {
            Revision last = rows.getLast().revision();
            List<KeyRow> rest =
                    tx.scan(behind(last), new Revision(last.main() + 1, 0), SCAN_ROWS, ReadTx.Content.VALUES);
            rows.addAll(rest);
            more = rest.size() == SCAN_ROWS;
        }
    }

    /** A key as it was at a main revision, or null where it wasn't there or that history is compacted. */
    public @Nullable KeyValue keyAt(Key key, long main) {
        KeyHistory history = index.history(key);
        Revision revision = history == null ? null : history.at(main);
        if (revision == null) {
            return null;
        }
        try (ReadTx tx = backend.read()) {
            KeyRow row = tx.row(revision);
            return row == null ? null : RangeReader.toKeyValue(row);
        }
    }

    /**
     * Hash over the history up to a revision; the response's header is left out.
     *
     * @param revision a main revision, 0 for the newest, less for a history without changes
     * @throws io.drawbore.api.EtcdException where the revision is in the future or compacted
     */
    public HashKVResponse hash(long revision) {
        Published at = published;
        long upTo = revision == 0 ? at.revision : revision;
        if (upTo > 0) {
            RangeReader.checkRevision(upTo, at.revision, at.compacted);
        }
        try (ReadTx tx = backend.read()) {
            return HashKVResponse.newBuilder()
                    .setHash(HistoryHash.of(tx, upTo))
                    .setCompactRevision(at.compacted == 0 ? NEVER_COMPACTED : at.compacted)
                    .setHashRevision(upTo)
                    .build();
        }
    }

    /** What etcd answers for the compact revision of a history that was never compacted. */
    private static final long NEVER_COMPACTED = -1;
}
