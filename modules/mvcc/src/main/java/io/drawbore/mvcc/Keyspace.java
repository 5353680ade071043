package io.drawbore.mvcc;

import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.InvariantException;
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
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys as readers see them: everything up to the published revision. Owns the key index. Reads may come from any
 * thread and take no lock; {@link #writer}, {@link #publish} and {@link #compactionSlice} belong to the apply thread.
 *
 * <p>Compaction makes history unreadable first, by publishing its revision, and removes it afterwards. A read that was
 * on its way looks again at the compact revision when it is done, so that it never answers with what removal left.
 */
public final class Keyspace {
    /** Memory for newest values where nobody says how much. */
    public static final long DEFAULT_CACHE_BYTES = 64L << 20;

    /** Rows that complete a main revision for a watcher, read at once. */
    private static final int REST_ROWS = 128;

    private final Backend backend;
    private final ValueCache cache;
    private final Compactor compactor;

    /** Of the store as it is; the apply thread's own. */
    private KeyIndex index;

    private volatile Published published;

    /** How often a store took the place of another, twice; odd while readers may see the new rows by the old index. */
    private volatile long replacements;

    private volatile long finishedCompactRevision;

    private Keyspace(
            Backend backend, KeyIndex index, ValueCache cache, Published published, long finishedCompactRevision) {
        this.backend = backend;
        this.index = index;
        this.cache = cache;
        this.compactor = new Compactor(index);
        this.published = published;
        this.finishedCompactRevision = finishedCompactRevision;
    }

    /** Rebuilds the index from the rows of a store and publishes all that is committed. */
    public static Keyspace load(Backend backend) {
        return load(backend, DEFAULT_CACHE_BYTES);
    }

    /**
     * Rebuilds the index from the rows of a store and publishes all that is committed.
     *
     * @param cacheBytes how much memory newest values may take, 0 for none; {@link #cacheUse} says what is counted
     */
    public static Keyspace load(Backend backend, long cacheBytes) {
        return load(backend, cacheBytes, _ -> {});
    }

    /**
     * Rebuilds the index from the rows of a store and publishes all that is committed.
     *
     * @param eachRow told of every row, without its value, oldest first: for whoever else keeps something of them
     */
    public static Keyspace load(Backend backend, Consumer<KeyRow> eachRow) {
        return load(backend, DEFAULT_CACHE_BYTES, eachRow);
    }

    /**
     * Rebuilds the index from the rows of a store and publishes all that is committed.
     *
     * @param cacheBytes how much memory newest values may take, 0 for none; {@link #cacheUse} says what is counted
     * @param eachRow told of every row, without its value, oldest first: for whoever else keeps something of them
     */
    public static Keyspace load(Backend backend, long cacheBytes, Consumer<KeyRow> eachRow) {
        KeyIndex index = new KeyIndex();
        try (ReadTx tx = backend.read()) {
            RowPages.forEach(tx, ReadTx.Content.HEADS, row -> {
                index.add(Key.of(row.key()), row);
                eachRow.accept(row);
            });
            return new Keyspace(
                    backend,
                    index,
                    new ValueCache(cacheBytes),
                    new Published(
                            tx.counter(Counter.REVISION), tx.counter(Counter.COMPACT_REVISION), index.publish()),
                    tx.counter(Counter.FINISHED_COMPACT_REVISION));
        }
    }

    /** The newest main revision that readers see. */
    public long revision() {
        return published.revision();
    }

    /** History up to here may be gone; 0 when never compacted. */
    public long compactRevision() {
        return published.compacted();
    }

    /** Live keys at the published revision. Any thread; counts nothing. */
    public long keys() {
        Published at = published;
        return at.index().count(KeyRange.ALL, at.revision());
    }

    /** How the cache of newest values is used. Any thread. */
    public CacheUse cacheUse() {
        return cache.use();
    }

    /** Begins to index the rows of a store that is about to take this one's place. Apply thread only. */
    public NextKeyspace next() {
        return new NextKeyspace(this);
    }

    /**
     * The store will be another at any moment: history that it lacks can't be read from here on, and who reads by the
     * index of the old one looks again.
     */
    void beginReplacement(long compacted) {
        nextReplacement();
        Published at = published;
        published = new Published(at.revision(), Math.max(at.compacted(), compacted), at.index());
    }

    /** The store is another. */
    void replace(KeyIndex ofNewStore, long revision, long compacted, long finished) {
        index = ofNewStore;
        compactor.restart(ofNewStore);
        finishedCompactRevision = finished;
        published = new Published(revision, compacted, ofNewStore.publish());
    }

    void endReplacement() {
        nextReplacement();
    }

    private void nextReplacement() {
        long before = replacements;
        replacements = before + 1;
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
        return new KeyspaceWriter(index, cache, tx, leaseExists);
    }

    /** Lets readers see a revision, without a new compact revision. */
    public void publish(long revision) {
        publish(revision, published.compacted());
    }

    /**
     * Lets readers see a batch; its transaction must be committed. Apply thread only.
     *
     * @param revision the batch's {@link KeyspaceWriter#revision}
     * @param compacted the batch's {@link KeyspaceWriter#compactRevision}
     */
    public void publish(long revision, long compacted) {
        published = new Published(revision, compacted, index.publish());
    }

    /** Whether the store still holds what compaction has given up; true too after a start in the middle of it. */
    public boolean compactionDue() {
        return finishedCompactRevision < published.compacted();
    }

    /** History up to here has gone from this store; at most {@link #compactRevision}. Any thread. */
    public long finishedCompactRevision() {
        return finishedCompactRevision;
    }

    /** Rows that compaction has removed since the start. Any thread. */
    public long compactedRows() {
        return compactor.removed();
    }

    /**
     * Removes a slice of what compaction has given up, from the store and from memory. Apply thread only, between
     * batches: all that is committed must be published. The caller ends the transaction with {@link
     * WriteTx#commitUnchanged} and calls again, after what is more urgent, while more is left. A crash between slices
     * costs nothing but the walk so far; a new compact revision in between makes the walk begin again.
     *
     * @param rows how many rows to look at, 1 to 100,000; at most twice as many are removed
     * @return whether there is more to do; the slice that says no has noted the compaction as finished
     */
    public boolean compactionSlice(WriteTx tx, int rows) {
        boolean more = compactor.slice(tx, rows, published.compacted());
        if (!more) {
            finishedCompactRevision = tx.counter(Counter.FINISHED_COMPACT_REVISION);
        }
        return more;
    }

    /**
     * Reads keys. The response's header holds the revision only.
     *
     * @throws io.drawbore.api.EtcdException where the revision asked for is in the future or compacted
     */
    public RangeResponse range(RangeRequest request) {
        return reading(at -> {
            try (Values values = values()) {
                return RangeReader.range(values, at.index(), request, at.revision(), at.compacted());
            }
        });
    }

    /**
     * Runs a transaction that only reads, all of it at one revision. The response's header holds the revision only.
     *
     * @param request a transaction for which {@link #isReadOnly} holds
     * @throws io.drawbore.api.EtcdException where a revision asked for is in the future or compacted
     */
    public TxnResponse txn(TxnRequest request) {
        return reading(at -> txn(request, at));
    }

    private TxnResponse txn(TxnRequest request, Published at) {
        try (Values values = values()) {
            TxnPath path = TxnPath.of(request, values, at.index(), at.revision());
            for (RequestOp operation : path.branch(request)) {
                RangeReader.checkRevisionInTxn(
                        operation.getRequestRange().getRevision(), at.revision(), at.compacted());
            }
            TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(path.succeeded());
            for (RequestOp operation : path.branch(request)) {
                response.addResponsesBuilder()
                        .setResponseRange(RangeReader.range(
                                values, at.index(), operation.getRequestRange(), at.revision(), at.compacted()));
            }
            response.getHeaderBuilder().setRevision(at.revision());
            return response.build();
        }
    }

    /**
     * A range in parts that the caller pulls one by one: see {@link RangeChunks}.
     *
     * @param targetBytes about how large a part should be
     * @throws io.drawbore.api.EtcdException where the range cannot be given in parts
     */
    public RangeChunks chunks(RangeRequest request, long targetBytes) {
        return new RangeChunks(this, request, targetBytes);
    }

    /** Values for one read, to be closed. */
    Values values() {
        return Values.of(cache, backend);
    }

    /**
     * Reads what is published, and once more where history was compacted or the store replaced meanwhile: what was read
     * may then lack what has been removed. Each further turn takes another compaction, so there are few.
     */
    <R> R reading(Function<Published, R> read) {
        while (true) {
            long store = settled();
            Published at = published;
            try {
                R answer = read.apply(at);
                if (isStill(store, at)) {
                    return answer;
                }
            } catch (MissingRowException e) {
                if (isStill(store, at)) {
                    throw new InvariantException(e.invariant());
                }
            }
        }
    }

    private boolean isStill(long store, Published at) {
        return replacements == store && published.compacted() == at.compacted();
    }

    /** Which store it is, once no other is taking its place: that lasts as long as a commit. */
    private long settled() {
        long store = replacements;
        while (store % 2 != 0) {
            store = replacements;
        }
        return store;
    }

    /** Reads at a revision that may not move. */
    <R> R readingAt(long revision, Supplier<R> read) {
        try {
            R answer = read.get();
            RangeReader.checkNotCompacted(revision, published.compacted());
            return answer;
        } catch (MissingRowException e) {
            RangeReader.checkNotCompacted(revision, published.compacted());
            throw new InvariantException(e.invariant());
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
     * @return rows of whole main revisions, none above the published one. None is missing from the compact revision on;
     *     below it some or all may be, so who asks from there looks at {@link #compactRevision} after this call, not
     *     before, and must not take what came for the whole
     */
    public List<KeyRow> changes(long from, int limit, long enoughBytes) {
        long end = published.revision() + 1;
        return from >= end ? List.of() : changes(from, end, limit, enoughBytes);
    }

    private List<KeyRow> changes(long from, long end, int limit, long enoughBytes) {
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
                    next = found.getLast().revision().next();
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
                    tx.scan(last.next(), new Revision(last.main() + 1, 0), REST_ROWS, ReadTx.Content.VALUES);
            rows.addAll(rest);
            more = rest.size() == REST_ROWS;
        }
    }

    private @Nullable KeyValue keyAt(Values values, Key key, long main) {
        KeyEntry entry = published.index().get(key);
        long packed = entry == null ? PackedRevision.NONE : entry.at(main);
        return entry == null || packed == PackedRevision.NONE ? null : values.find(entry, packed);
    }

    /**
     * What keys were just before changes, in one view of the store.
     *
     * @return one for each change, null where the key wasn't there or that history is compacted
     */
    public List<@Nullable KeyValue> before(List<KeyRow> changes) {
        List<@Nullable KeyValue> previous = new ArrayList<>(changes.size());
        try (Values values = values()) {
            for (KeyRow change : changes) {
                previous.add(keyAt(values, Key.of(change.key()), change.revision().main() - 1));
            }
        }
        // asked last: a compaction since the read may have taken what would have been the answer
        long compacted = compactRevision();
        for (int i = 0; i < previous.size(); i++) {
            if (changes.get(i).revision().main() - 1 < compacted) {
                previous.set(i, null);
            }
        }
        return previous;
    }

    /**
     * Hash over the history up to a revision, as etcd makes it; the response's header is left out. It is the same
     * before, while and after compacted history is removed.
     *
     * @param revision a main revision, 0 for the newest, less for a history without changes
     * @throws io.drawbore.api.EtcdException where the revision is in the future or compacted
     */
    public HashKVResponse hash(long revision) {
        return reading(at -> hash(revision, at));
    }

    private HashKVResponse hash(long revision, Published at) {
        Revision end = new Revision(Math.clamp(HistoryHash.upTo(at, revision), 0, at.revision()) + 1, 0);
        try (ReadTx tx = backend.read()) {
            return HistoryHash.answer(
                    each -> RowPages.forEach(tx, new Revision(0, 0), end, ReadTx.Content.VALUES, each), at, revision);
        }
    }
}
