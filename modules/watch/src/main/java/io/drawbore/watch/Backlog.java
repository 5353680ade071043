package io.drawbore.watch;

import io.drawbore.api.KeyRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What was published and is not matched against watchers yet: the one place where the apply thread and watching meet.
 * Adding never waits for more than another's adding or taking. Where nobody listens, or where more waits than the limit
 * allows, revisions are skipped, and those who wanted them read the store.
 */
final class Backlog {
    private final long maxBytes;
    private final Runnable wake;

    // all that follows is guarded by this
    private final Queue<List<KeyRow>> revisions = new ArrayDeque<>();
    private List<ProgressRequest> requests = new ArrayList<>();
    private long bytes;
    private long skippedTo;
    private boolean skipped;
    private int listeners;

    /**
     * What has come since the last time.
     *
     * @param skippedTo revisions up to here are not among those that follow, or were not
     * @param revisions the rows of each revision, in order
     * @param requests for progress, which come after them
     */
    record Taken(long skippedTo, List<List<KeyRow>> revisions, List<ProgressRequest> requests) {}

    /**
     * @param revision up to here everything counts as skipped
     * @param wake called after each addition; must not wait
     */
    Backlog(long maxBytes, long revision, Runnable wake) {
        this.maxBytes = maxBytes;
        this.wake = wake;
        this.skippedTo = revision;
    }

    /** Adds the rows of one revision, at least one. */
    synchronized void add(List<KeyRow> rows) {
        if (listeners > 0) {
            for (KeyRow row : rows) {
                bytes += Change.bytes(row);
            }
            if (bytes <= maxBytes) {
                revisions.add(rows);
                wake.run();
                return;
            }
        }
        skip(rows.getFirst().revision().main());
    }

    /** Has everything up to a revision read from the store by those who want it. */
    synchronized void skip(long revision) {
        revisions.clear();
        bytes = 0;
        skippedTo = revision;
        if (listeners > 0) {
            skipped = true;
            wake.run();
        }
    }

    /** Has progress told after what was added so far. */
    synchronized void add(ProgressRequest request) {
        requests.add(request);
        wake.run();
    }

    /**
     * Somebody will want what is added from now on.
     *
     * @return how far revisions were skipped so far
     */
    synchronized long listen() {
        listeners++;
        return skippedTo;
    }

    /** Takes a {@link #listen} back. */
    synchronized void unlisten() {
        listeners--;
    }

    /**
     * Takes what there is to do. One thread at a time.
     *
     * @param most revisions wanted at the most; requests come with the last of what waits
     * @return null for nothing
     */
    synchronized @Nullable Taken take(int most) {
        if (!skipped && revisions.isEmpty() && requests.isEmpty()) {
            return null;
        }
        skipped = false;
        List<List<KeyRow>> some = new ArrayList<>(Math.min(most, revisions.size()));
        while (some.size() < most && !revisions.isEmpty()) {
            List<KeyRow> rows = revisions.remove();
            for (KeyRow row : rows) {
                bytes -= Change.bytes(row);
            }
            some.add(rows);
        }
        if (!revisions.isEmpty()) {
            return new Taken(skippedTo, some, List.of());
        }
        List<ProgressRequest> due = requests;
        requests = new ArrayList<>();
        return new Taken(skippedTo, some, due);
    }
}
