package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.api.KeyRow;
import io.drawbore.mvcc.Key;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One committed change. Owns its encoded event, which is made once for all watchers. Any thread. */
final class Change {
    /** What a change takes in memory besides its key and value, about. */
    private static final long OVERHEAD = 64;

    final KeyRow row;
    final Key key;

    // all that follows is guarded by this
    private @Nullable ByteString event;
    private @Nullable ByteString eventWithPrevious;
    private @Nullable KeyValue previous;
    private boolean previousKnown;

    Change(KeyRow row) {
        this.row = row;
        this.key = Key.of(row.key());
        this.previousKnown = !row.tombstone() && row.version() == 1;
    }

    static List<Change> of(List<KeyRow> rows) {
        if (rows.size() == 1) {
            return List.of(new Change(rows.getFirst()));
        }
        List<Change> changes = new ArrayList<>(rows.size());
        for (KeyRow row : rows) {
            changes.add(new Change(row));
        }
        return changes;
    }

    long revision() {
        return row.revision().main();
    }

    /** What a stream that holds the change is charged for it, however many share it. */
    long bytes() {
        return bytes(row);
    }

    static long bytes(KeyRow row) {
        return row.key().size() + row.value().size() + OVERHEAD;
    }

    /** Looks up what was before, of all those that don't know it yet, in one read. */
    static void lookUpPrevious(List<Change> changes, History history) {
        List<Change> unknown = new ArrayList<>();
        List<KeyRow> rows = new ArrayList<>();
        for (Change change : changes) {
            if (!change.knowsPrevious()) {
                unknown.add(change);
                rows.add(change.row);
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        List<@Nullable KeyValue> found = history.before(rows);
        for (int i = 0; i < unknown.size(); i++) {
            unknown.get(i).setPrevious(found.get(i));
        }
    }

    private synchronized boolean knowsPrevious() {
        return previousKnown;
    }

    private synchronized void setPrevious(@Nullable KeyValue found) {
        if (!previousKnown) {
            previous = found;
            previousKnown = true;
        }
    }

    /**
     * The event as a field of a response.
     *
     * @param withPrevious with what was before, which must have been looked up
     */
    synchronized ByteString encoded(boolean withPrevious) {
        if (withPrevious && !previousKnown) {
            throw new IllegalStateException("what was before " + row.revision() + " was not looked up");
        }
        if (!withPrevious || previous == null) {
            if (event == null) {
                event = Wire.event(toEvent().build());
            }
            return event;
        }
        if (eventWithPrevious == null) {
            eventWithPrevious = Wire.event(toEvent().setPrevKv(previous).build());
        }
        return eventWithPrevious;
    }

    private Event.Builder toEvent() {
        KeyValue.Builder kv = KeyValue.newBuilder().setKey(row.key()).setModRevision(revision());
        if (row.tombstone()) {
            return Event.newBuilder().setType(Event.EventType.DELETE).setKv(kv);
        }
        kv.setCreateRevision(row.createRevision())
                .setVersion(row.version())
                .setValue(row.value())
                .setLease(row.lease());
        return Event.newBuilder().setKv(kv);
    }
}
