package io.drawbore.watch;

import com.google.protobuf.ByteString;
import io.drawbore.mvcc.KeyRange;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;

/**
 * One watcher of a stream. It keeps up, and then the hub moves its cursor, under the hub's lock; or it is behind, and
 * then {@link CatchUp}'s thread does.
 */
final class Watcher {
    final long id;
    final ByteString encodedId;
    final KeyRange range;
    /** The first main revision it was asked for; 0 for whatever comes. */
    final long startRevision;

    final boolean previousValues;
    final boolean fragments;
    final boolean progress;
    final WatchConnection connection;
    private final boolean puts;
    private final boolean deletes;

    /** The first main revision it has not been handed yet; only grows. */
    private long cursor;

    /** Whether the hub hands it what is published. Guarded by the hub. */
    private boolean keepsUp;

    /** Whether it was handed events since progress was last due. Guarded by its connection. */
    private boolean heard;

    Watcher(long id, KeyRange range, WatchCreateRequest request, WatchConnection connection) {
        this.id = id;
        this.encodedId = Wire.watchId(id);
        this.range = range;
        this.startRevision = request.getStartRevision();
        this.cursor = request.getStartRevision();
        this.previousValues = request.getPrevKv();
        this.fragments = request.getFragment();
        this.progress = request.getProgressNotify();
        this.puts = !request.getFiltersList().contains(FilterType.NOPUT);
        this.deletes = !request.getFiltersList().contains(FilterType.NODELETE);
        this.connection = connection;
    }

    long cursor() {
        return cursor;
    }

    /** Moves the cursor on; to go back would be to show history twice. */
    void advanceTo(long revision) {
        cursor = Math.max(cursor, revision);
    }

    boolean keepsUp() {
        return keepsUp;
    }

    void keepsUp(boolean now) {
        keepsUp = now;
    }

    /** Notes that it was handed events. */
    void hears() {
        heard = true;
    }

    /** Whether it was handed events since the last call. */
    boolean takeHeard() {
        boolean was = heard;
        heard = false;
        return was;
    }

    /** Whether a change of a key in its range is for this watcher. */
    boolean wants(Change change) {
        return change.revision() >= cursor && (change.row.tombstone() ? deletes : puts);
    }
}
