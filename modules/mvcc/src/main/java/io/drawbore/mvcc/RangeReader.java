package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Answers ranges from an index and a view of the rows. Stateless; the thread is the caller's.
 *
 * <p>The stages are those of etcd, whose clients see their order: find, count, fetch, filter, sort, cut, strip.
 */
final class RangeReader {
    private RangeReader() {}

    /**
     * Answers a range. The response's header holds the current revision only.
     *
     * @param index the index as of the current revision
     * @param current the newest revision the caller may see
     * @param compacted the compact revision, 0 for none
     * @throws io.drawbore.api.EtcdException where the revision asked for is in the future or compacted
     */
    static RangeResponse range(
            Values values, IndexView index, RangeRequest request, long current, long compacted) {
        long at = request.getRevision() <= 0 ? current : request.getRevision();
        checkRevision(at, current, compacted);
        RangeResponse.Builder response = RangeResponse.newBuilder();
        response.getHeaderBuilder().setRevision(current);

        // where a target comes without an order, etcd cuts first and then sorts what is left
        boolean wholeRange = (mustSort(request) && request.getSortOrder() != SortOrder.NONE) || filters(request);
        long limit = request.getLimit() <= 0 ? Long.MAX_VALUE : request.getLimit();
        long enough = wholeRange || limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit + 1;
        long wanted = request.getCountOnly() ? 0 : enough;
        Found found = find(index, KeyRange.of(request.getKey(), request.getRangeEnd()), at, current, wanted);
        response.setCount(found.count);
        if (request.getCountOnly()) {
            return response.build();
        }
        List<KeyEntry> entries = found.entries;
        if (!mustSort(request) && !filters(request) && entries.size() > limit) {
            // the one too many has said that there is more; its value is nobody's business
            entries = entries.subList(0, (int) limit);
            response.setMore(true);
        }
        boolean fromIndex = request.getKeysOnly() && request.getSortTarget() != SortTarget.VALUE;
        List<KeyValue> kvs = fromIndex ? keys(values, entries, at) : values.all(entries, at);
        filter(kvs, request);
        sort(kvs, request);
        if (kvs.size() > limit) {
            kvs = kvs.subList(0, (int) limit);
            response.setMore(true);
        }
        if (request.getKeysOnly() && !fromIndex) {
            kvs = kvs.stream().map(kv -> kv.toBuilder().clearValue().build()).toList();
        }
        return response.addAllKvs(kvs).build();
    }

    /** etcd 3.7 answers keys-only ranges from its index, which knows no leases, unless it has to sort by value. */
    private static List<KeyValue> keys(Values values, List<KeyEntry> entries, long at) {
        List<KeyEntry> formerLives =
                entries.stream().filter(entry -> !entry.inPresentLife(entry.place(at))).toList();
        Iterator<KeyValue> former = values.all(formerLives, at).iterator();
        List<KeyValue> keys = new ArrayList<>(entries.size());
        for (KeyEntry entry : entries) {
            int place = entry.place(at);
            keys.add(
                    entry.inPresentLife(place)
                            ? key(entry, place)
                            : former.next().toBuilder().clearValue().clearLease().build());
        }
        return keys;
    }

    private static KeyValue key(KeyEntry entry, int place) {
        return KeyValue.newBuilder()
                .setKey(entry.keyBytes())
                .setCreateRevision(entry.createRevision())
                .setModRevision(PackedRevision.main(entry.change(place)))
                .setVersion(entry.version(place))
                .build();
    }

    /** Refuses what is not there: the future and what was compacted. */
    static void checkRevision(long at, long current, long compacted) {
        if (at > current) {
            throw EtcdError.FUTURE_REV.exception();
        }
        checkNotCompacted(at, compacted);
    }

    static void checkNotCompacted(long at, long compacted) {
        if (at < compacted) {
            throw EtcdError.COMPACTED.exception();
        }
    }

    /**
     * Refuses, like etcd, what a range within a transaction may not ask for. A negative revision is there judged as the
     * number it is, where a range by itself takes it for the newest; -1 stands for a history never compacted.
     */
    static void checkRevisionInTxn(long asked, long current, long compacted) {
        if (asked != 0) {
            checkRevision(asked, current, compacted == 0 ? -1 : compacted);
        }
    }

    private record Found(List<KeyEntry> entries, long count) {}

    /** At the view's own revision the walk ends when it has enough, and the index's nodes know the count. */
    private static Found find(IndexView index, KeyRange range, long at, long current, long wanted) {
        List<KeyEntry> entries = new ArrayList<>();
        if (wanted > 0) {
            walk(index, range, at, current, entry -> {
                entries.add(entry);
                return entries.size() < wanted;
            });
        }
        boolean all = entries.size() < wanted;
        return new Found(entries, all ? entries.size() : count(index, range, at, current));
    }

    /** Tells of the entries that live at a revision. */
    private static void walk(IndexView index, KeyRange range, long at, long current, IndexView.Visitor visitor) {
        IndexView.Visitor living = entry -> !entry.liveAt(at) || visitor.visit(entry);
        if (at == current) {
            index.walkLive(range, living);
        } else {
            index.walk(range, living);
        }
    }

    /** Keys of a range that live at a revision; walks it only where that is not the index's own. */
    static long count(IndexView index, KeyRange range, long at, long current) {
        if (at == current) {
            return index.count(range, current);
        }
        long[] count = {0};
        walk(index, range, at, current, _ -> {
            count[0]++;
            return true;
        });
        return count[0];
    }

    /**
     * Some of a range, in key order.
     *
     * @param more whether the range has more
     */
    record Part(List<KeyValue> kvs, boolean more) {}

    /**
     * Reads the start of a range.
     *
     * @param limit keys at the most
     * @param enoughBytes bytes of keys and values after which it ends, too
     */
    static Part part(
            Values values,
            IndexView index,
            KeyRange range,
            long at,
            long current,
            long limit,
            boolean keysOnly,
            long enoughBytes) {
        List<KeyEntry> entries = new ArrayList<>();
        walk(index, range, at, current, entry -> {
            entries.add(entry);
            return entries.size() <= limit;
        });
        int wanted = (int) Math.min(limit, entries.size());
        List<KeyValue> kvs = new ArrayList<>(wanted);
        long bytes = 0;
        while (kvs.size() < wanted && bytes <= enoughBytes) {
            List<KeyEntry> some = entries.subList(kvs.size(), Math.min(wanted, kvs.size() + PART_KEYS));
            for (KeyValue kv : keysOnly ? keys(values, some, at) : values.all(some, at)) {
                kvs.add(kv);
                bytes += kv.getSerializedSize();
            }
        }
        return new Part(kvs, kvs.size() < entries.size());
    }

    /** Keys of a part read at once: few, since each value may be as large as a request. */
    private static final int PART_KEYS = 32;

    /** A row as clients see it; a tombstone has its key alone. */
    static KeyValue toKeyValue(KeyRow row) {
        KeyValue.Builder value = KeyValue.newBuilder().setKey(row.key());
        if (!row.tombstone()) {
            value.setCreateRevision(row.createRevision())
                    .setModRevision(row.revision().main())
                    .setVersion(row.version())
                    .setValue(row.value())
                    .setLease(row.lease());
        }
        return value.build();
    }

    private static boolean mustSort(RangeRequest request) {
        // ascending by key is the order of the index
        return request.getSortTarget() != SortTarget.KEY || request.getSortOrder() == SortOrder.DESCEND;
    }

    static boolean filters(RangeRequest request) {
        return request.getMaxModRevision() != 0
                || request.getMinModRevision() != 0
                || request.getMaxCreateRevision() != 0
                || request.getMinCreateRevision() != 0;
    }

    private static void filter(List<KeyValue> values, RangeRequest request) {
        if (filters(request)) {
            values.removeIf(value -> filtersOut(value, request));
        }
    }

    private static boolean filtersOut(KeyValue value, RangeRequest request) {
        return outside(value.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
                || outside(value.getCreateRevision(), request.getMinCreateRevision(), request.getMaxCreateRevision());
    }

    private static boolean outside(long revision, long min, long max) {
        return (max != 0 && revision > max) || (min != 0 && revision < min);
    }

    private static void sort(List<KeyValue> values, RangeRequest request) {
        if (mustSort(request)) {
            Comparator<KeyValue> order = order(request.getSortTarget());
            values.sort(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order);
        }
    }

    private static Comparator<KeyValue> order(SortTarget target) {
        return switch (target) {
            case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
            case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
            case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
            case VALUE -> Comparator.comparing(KeyValue::getValue, ByteString.unsignedLexicographicalComparator());
            case KEY, UNRECOGNIZED ->
                Comparator.comparing(KeyValue::getKey, ByteString.unsignedLexicographicalComparator());
        };
    }
}
