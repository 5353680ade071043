package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortOrder;
import io.drawbore.proto.etcdserverpb.RangeRequest.SortTarget;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/** What a keyspace should answer, told in the plainest way: a map for every revision, and every row ever written. */
final class Model {
    private static final Comparator<ByteString> BYTES = ByteString.unsignedLexicographicalComparator();

    private final List<TreeMap<ByteString, KeyValue>> states =
            new ArrayList<>(List.of(new TreeMap<>(BYTES), new TreeMap<>(BYTES)));
    private final List<KeyRow> rows = new ArrayList<>();
    private long compacted;

    long revision() {
        return states.size() - 1L;
    }

    long compacted() {
        return compacted;
    }

    void compact(long revision) {
        compacted = revision;
    }

    /** One entry's rows, as the code under test wrote them, are one revision more. */
    void apply(List<KeyRow> changes) {
        if (changes.isEmpty()) {
            return;
        }
        TreeMap<ByteString, KeyValue> next = new TreeMap<>(states.getLast());
        long revision = states.size();
        for (KeyRow row : changes) {
            KeyValue before = next.get(row.key());
            if (row.tombstone()) {
                next.remove(row.key());
            } else {
                next.put(
                        row.key(),
                        KeyValue.newBuilder()
                                .setKey(row.key())
                                .setValue(row.value())
                                .setCreateRevision(before == null ? revision : before.getCreateRevision())
                                .setModRevision(revision)
                                .setVersion(before == null ? 1 : before.getVersion() + 1)
                                .build());
            }
        }
        states.add(next);
        rows.addAll(changes);
    }

    /** The keys that live at a revision and are in a range. */
    List<KeyValue> live(long revision, KeyRange range) {
        return states.get((int) revision).values().stream()
                .filter(kv -> range.contains(Key.of(kv.getKey())))
                .toList();
    }

    /** What removal should leave once it is done. */
    List<KeyRow> rowsLeft() {
        return rows.stream().filter(row -> row.revision().main() > compacted || kept(row)).toList();
    }

    private boolean kept(KeyRow row) {
        return newest(row, compacted) && (!row.tombstone() || row.revision().main() == compacted);
    }

    private boolean newest(KeyRow row, long upTo) {
        return rows.stream()
                .noneMatch(other -> other.key().equals(row.key())
                        && other.revision().compareTo(row.revision()) > 0
                        && other.revision().main() <= upTo);
    }

    /** etcd's hash over the history up to a revision. */
    int hash(long upTo) {
        boolean anyLive = !states.get((int) upTo).isEmpty();
        CRC32C crc = new CRC32C();
        crc.update("key".getBytes(StandardCharsets.US_ASCII));
        for (KeyRow row : rows) {
            boolean old = row.revision().main() <= compacted;
            boolean counts = !old || (!row.tombstone() && newest(row, anyLive ? upTo : compacted));
            if (row.revision().main() <= upTo && counts) {
                ByteBuffer name = ByteBuffer.allocate(18).putLong(row.revision().main()).put((byte) '_')
                        .putLong(row.revision().sub());
                crc.update((row.tombstone() ? name.put((byte) 't') : name).flip());
                crc.update(RangeReader.toKeyValue(row).toByteArray());
            }
        }
        return (int) crc.getValue();
    }

    /** The answer to a range. */
    RangeResponse range(RangeRequest request) {
        long at = request.getRevision() <= 0 ? revision() : request.getRevision();
        if (at > revision()) {
            throw EtcdError.FUTURE_REV.exception();
        }
        if (at < compacted) {
            throw EtcdError.COMPACTED.exception();
        }
        List<KeyValue> found = live(at, KeyRange.of(request.getKey(), request.getRangeEnd()));
        RangeResponse.Builder response = RangeResponse.newBuilder().setCount(found.size());
        response.getHeaderBuilder().setRevision(revision());
        if (request.getCountOnly()) {
            return response.build();
        }
        List<KeyValue> wanted = new ArrayList<>(found);
        boolean cutFirst = request.getSortOrder() == SortOrder.NONE && wanted.stream().allMatch(passes(request))
                && !filters(request);
        if (cutFirst && request.getLimit() > 0 && request.getLimit() + 1 < wanted.size()) {
            wanted = new ArrayList<>(wanted.subList(0, (int) request.getLimit() + 1));
        }
        wanted.removeIf(passes(request).negate());
        Comparator<KeyValue> order = order(request.getSortTarget());
        if (request.getSortTarget() != SortTarget.KEY || request.getSortOrder() == SortOrder.DESCEND) {
            wanted.sort(request.getSortOrder() == SortOrder.DESCEND ? order.reversed() : order);
        }
        if (request.getLimit() > 0 && wanted.size() > request.getLimit()) {
            wanted = wanted.subList(0, (int) request.getLimit());
            response.setMore(true);
        }
        wanted.forEach(kv -> response.addKvs(
                request.getKeysOnly() ? kv.toBuilder().clearValue().build() : kv));
        return response.build();
    }

    private static boolean filters(RangeRequest request) {
        return request.getMinModRevision() != 0
                || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0
                || request.getMaxCreateRevision() != 0;
    }

    private static Predicate<KeyValue> passes(RangeRequest request) {
        return kv -> within(kv.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
                && within(kv.getCreateRevision(), request.getMinCreateRevision(), request.getMaxCreateRevision());
    }

    private static boolean within(long revision, long min, long max) {
        return (min == 0 || revision >= min) && (max == 0 || revision <= max);
    }

    private static Comparator<KeyValue> order(SortTarget target) {
        return switch (target) {
            case VERSION -> Comparator.comparingLong(KeyValue::getVersion);
            case CREATE -> Comparator.comparingLong(KeyValue::getCreateRevision);
            case MOD -> Comparator.comparingLong(KeyValue::getModRevision);
            case VALUE -> Comparator.comparing(KeyValue::getValue, BYTES);
            case KEY, UNRECOGNIZED -> Comparator.comparing(KeyValue::getKey, BYTES);
        };
    }
}
