package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range in parts, all of one revision: the answers of RangeStream. The caller pulls the next part when it has room
 * for it; nothing is read ahead, and no view of the store stays open in between. Any thread, one at a time.
 *
 * <p>All parts have keys; only the last has header, count and {@code more}. Merged as protobuf merges messages they are
 * what {@link Keyspace#range} answers. A part has ten keys at first; then twice as many while it stays below half of
 * the target, half as many when it was above twice. A part ends early where its values are larger than that, so that
 * memory stays bounded.
 */
public final class RangeChunks {
    private static final long FIRST_KEYS = 10;

    private final Keyspace keyspace;
    private final RangeRequest request;
    private final long targetBytes;
    private final long mostKeys;
    private KeyRange rest;
    private long limit;
    private long sent;
    private boolean done;
    /** What was published when the first part was read. */
    private @Nullable Published pinned;

    RangeChunks(Keyspace keyspace, RangeRequest request, long targetBytes) {
        check(request);
        this.keyspace = keyspace;
        this.request = request;
        this.targetBytes = targetBytes;
        this.mostKeys = request.getLimit() > 0 ? request.getLimit() : Long.MAX_VALUE;
        this.rest = KeyRange.of(request.getKey(), request.getRangeEnd());
        this.limit = Math.min(FIRST_KEYS, mostKeys);
    }

    /**
     * Refuses what cannot be given in parts, without reading anything.
     *
     * @throws EtcdException Unimplemented, where keys would have to be sorted or filtered first. Unlike etcd this
     *     includes a target without an order: there every part would be sorted by itself
     */
    public static void check(RangeRequest request) {
        if (request.getSortTarget() != SortTarget.KEY || request.getSortOrder() == SortOrder.DESCEND) {
            throw new EtcdException(
                    StatusCode.UNIMPLEMENTED, "RangeStream does not support custom sort orders");
        }
        if (RangeReader.filters(request)) {
            throw new EtcdException(StatusCode.UNIMPLEMENTED, "RangeStream does not support revision filters");
        }
    }

    /**
     * Reads the next part.
     *
     * @return null where the one before was the last
     * @throws EtcdException where the revision is in the future or compacted, even if that came between two parts
     */
    public @Nullable RangeResponse next() {
        if (done) {
            return null;
        }
        Published first = pinned;
        Step step = first == null
                ? keyspace.reading(this::first)
                : keyspace.readingAt(revision(first), () -> read(first));
        take(step);
        return step.part;
    }

    /**
     * A part read, and what it leaves. A read may be made again, so it changes nothing by itself.
     *
     * @param rest null where nothing is left
     */
    private record Step(RangeResponse part, Published at, @Nullable KeyRange rest) {}

    private void take(Step step) {
        pinned = step.at;
        if (step.rest == null) {
            done = true;
            return;
        }
        rest = step.rest;
        sent += step.part.getKvsCount();
        long bytes = step.part.getSerializedSize();
        if (bytes < targetBytes / 2) {
            limit *= 2;
        } else if (bytes > targetBytes * 2) {
            limit = Math.max(1, limit / 2);
        }
        limit = Math.min(limit, mostKeys - sent);
    }

    private long revision(Published at) {
        return request.getRevision() <= 0 ? at.revision() : request.getRevision();
    }

    private Step first(Published at) {
        long revision = revision(at);
        RangeReader.checkRevision(revision, at.revision(), at.compacted());
        if (!request.getCountOnly()) {
            return read(at);
        }
        RangeResponse.Builder counted = RangeResponse.newBuilder();
        counted.getHeaderBuilder().setRevision(at.revision());
        long count = RangeReader.count(at.index(), rest, revision, at.revision());
        return new Step(counted.setCount(count).build(), at, null);
    }

    private Step read(Published at) {
        RangeReader.Part part;
        try (Values values = keyspace.values()) {
            part = RangeReader.part(
                    values,
                    at.index(),
                    rest,
                    revision(at),
                    at.revision(),
                    limit,
                    request.getKeysOnly(),
                    2 * targetBytes);
        }
        List<KeyValue> kvs = part.kvs();
        RangeResponse.Builder response = RangeResponse.newBuilder().addAllKvs(kvs);
        KeyRange remaining = part.more() ? behind(kvs.getLast().getKey()) : null;
        long all = sent + kvs.size();
        if (remaining != null && all < mostKeys) {
            return new Step(response.build(), at, remaining);
        }
        response.getHeaderBuilder().setRevision(at.revision());
        if (remaining != null) {
            all += RangeReader.count(at.index(), remaining, revision(at), at.revision());
        }
        return new Step(response.setMore(remaining != null).setCount(all).build(), at, null);
    }

    private KeyRange behind(ByteString key) {
        return new KeyRange(Key.of(key.concat(ByteString.copyFrom(new byte[] {0}))), rest.to(), false);
    }
}
