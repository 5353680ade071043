package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every version of every key, by revision: the plainest store with etcd's promises. It owns one change at a time, which
 * is kept as the next revision or dropped; what was kept can be undone from the newest revision down.
 */
final class Timeline {
    /** The revision of an empty store. */
    static final long FIRST = 1;

    /** Of each key all it ever was, in the order of mod revisions; version 0 says that it was deleted. */
    private final NavigableMap<ByteString, List<KeyValue>> versions = new TreeMap<>(KeyRange.ORDER);

    /** What revision {@code FIRST + 1 + index} changed, in order, always with what was there before. */
    private final List<List<Event>> changes = new ArrayList<>();

    private List<Event> pending = new ArrayList<>();

    /** The newest revision that was kept. */
    long revision() {
        return FIRST + changes.size();
    }

    /** What a key holds within the change that is under way. */
    Optional<KeyValue> now(ByteString key) {
        return at(key, revision() + 1);
    }

    /** What a key held at a revision. */
    Optional<KeyValue> at(ByteString key, long revision) {
        List<KeyValue> all = versions.get(key);
        return all == null ? Optional.empty() : at(all, revision);
    }

    /** What was there at a revision, in the order of keys. */
    List<KeyValue> at(KeyRange range, long revision) {
        List<KeyValue> found = new ArrayList<>();
        for (List<KeyValue> all : range.of(versions).values()) {
            at(all, revision).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<KeyValue> at(List<KeyValue> all, long revision) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all.get(middle).getModRevision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0 || all.get(low - 1).getVersion() == 0) {
            return Optional.empty();
        }
        return Optional.of(all.get(low - 1));
    }

    /** What a revision changed, with what was there before; nothing where there is no such revision. */
    List<Event> changes(long revision) {
        long index = revision - FIRST - 1;
        return index < 0 || index >= changes.size() ? List.of() : changes.get((int) index);
    }

    /** Puts within the change that is under way. */
    void put(ByteString key, ByteString value, long lease) {
        Optional<KeyValue> before = now(key);
        long revision = revision() + 1;
        KeyValue after = KeyValue.newBuilder()
                .setKey(key)
                .setValue(value)
                .setLease(lease)
                .setModRevision(revision)
                .setCreateRevision(before.map(KeyValue::getCreateRevision).orElse(revision))
                .setVersion(before.map(KeyValue::getVersion).orElse(0L) + 1)
                .build();
        change(Event.EventType.PUT, after, before);
    }

    /** Deletes what is there within the change that is under way. */
    void delete(KeyValue there) {
        KeyValue tombstone =
                KeyValue.newBuilder().setKey(there.getKey()).setModRevision(revision() + 1).build();
        change(Event.EventType.DELETE, tombstone, Optional.of(there));
    }

    private void change(Event.EventType type, KeyValue after, Optional<KeyValue> before) {
        versions.computeIfAbsent(after.getKey(), _ -> new ArrayList<>()).add(after);
        Event.Builder event = Event.newBuilder().setType(type).setKv(after);
        before.ifPresent(event::setPrevKv);
        pending.add(event.build());
    }

    boolean changed() {
        return !pending.isEmpty();
    }

    /** Makes the change under way the next revision; one without any change is none. */
    void keep() {
        if (changed()) {
            changes.add(List.copyOf(pending));
            pending = new ArrayList<>();
        }
    }

    /** Takes the change under way back. */
    void drop() {
        takeBack(pending);
        pending = new ArrayList<>();
    }

    /** Takes all revisions above one back. */
    void undoTo(long revision) {
        while (revision() > revision) {
            takeBack(changes.removeLast());
        }
    }

    private void takeBack(List<Event> events) {
        for (Event event : events.reversed()) {
            ByteString key = event.getKv().getKey();
            List<KeyValue> all = versions.getOrDefault(key, new ArrayList<>());
            all.removeLast();
            if (all.isEmpty()) {
                versions.remove(key);
            }
        }
    }
}
