package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
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
    static RangeResponse range(ReadTx tx, IndexView index, RangeRequest request, long current, long compacted) {
        long at = request.getRevision() <= 0 ? current : request.getRevision();
        checkRevision(at, current, compacted);
        RangeResponse.Builder response = RangeResponse.newBuilder();
        response.getHeaderBuilder().setRevision(current);

        // where a target comes without an order, etcd cuts first and then sorts what is left
        boolean wholeRange = (mustSort(request) && request.getSortOrder() != SortOrder.NONE) || filters(request);
        long limit = request.getLimit();
        long wanted = request.getCountOnly() ? 0 : limit <= 0 || wholeRange ? Long.MAX_VALUE : limit + 1;
        Found found = find(index, KeyRange.of(request.getKey(), request.getRangeEnd()), at, current, wanted);
        response.setCount(found.count);
        if (request.getCountOnly()) {
            return response.build();
        }
        List<KeyValue> values = new ArrayList<>(found.revisions.size());
        for (KeyRow row : Rows.existing(tx, found.revisions)) {
            values.add(toKeyValue(row));
        }
        filter(values, request);
        sort(values, request);
        if (limit > 0 && values.size() > limit) {
            values = values.subList(0, (int) limit);
            response.setMore(true);
        }
        for (KeyValue value : values) {
            response.addKvs(request.getKeysOnly() ? stripped(value, request) : value);
        }
        return response.build();
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

    private record Found(List<Revision> revisions, long count) {}

    /** At the view's own revision the count comes from the index's nodes, and the walk ends when it has enough. */
    private static Found find(IndexView index, KeyRange range, long at, long current, long wanted) {
        boolean newest = at == current;
        List<Revision> revisions = new ArrayList<>();
        long[] walked = {0};
        IndexView.Visitor visitor = entry -> {
            long packed = entry.at(at);
            if (packed != PackedRevision.NONE) {
                walked[0]++;
                if (revisions.size() < wanted) {
                    revisions.add(PackedRevision.revision(packed));
                }
            }
            return !newest || revisions.size() < wanted;
        };
        if (!newest) {
            index.walk(range, visitor);
            return new Found(revisions, walked[0]);
        }
        if (wanted > 0) {
            index.walkLive(range, visitor);
        }
        return new Found(revisions, revisions.size() < wanted ? walked[0] : index.count(range, current));
    }

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

    private static boolean filters(RangeRequest request) {
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

    /** etcd 3.7 answers keys-only ranges from its index, which knows no leases, unless it had to sort by value. */
    private static KeyValue stripped(KeyValue value, RangeRequest request) {
        KeyValue.Builder builder = value.toBuilder().clearValue();
        if (request.getSortTarget() != SortTarget.VALUE) {
            builder.clearLease();
        }
        return builder.build();
    }
}
