package io.drawbore.testkit;

import io.drawbore.api.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MemoryBackend} leaves behind when its process or its machine stops: the newest durable commit and those
 * after it, of which a loss of power takes as many of the last as the test says. Thread-safe.
 */
public final class MemoryDisk {
    private final List<MemoryState> commits = new ArrayList<>();
    private @Nullable MemoryBackend user;

    /** The disk of a new store. */
    public MemoryDisk() {
        commits.add(MemoryState.empty());
    }

    /** Opens the store on it; its only user until that closes or the disk is taken from it. */
    public synchronized MemoryBackend open(int maxViews) {
        if (user != null) {
            throw new StorageException("the memory disk is in use. Close the store that uses it first.");
        }
        MemoryBackend opened = new MemoryBackend(this, maxViews);
        user = opened;
        return opened;
    }

    /** How many commits a loss of power may take now. */
    public synchronized int unsyncedCommits() {
        return commits.size() - 1;
    }

    /** The process ends at once: every commit is still there, durable or not. The store must be opened again. */
    public synchronized void kill() {
        if (user != null) {
            user.takeDisk();
            user = null;
        }
    }

    /**
     * The machine stops: the last commits are lost, the others durable from here on.
     *
     * @param commitsLost 0 to {@link #unsyncedCommits}
     */
    public synchronized void losePower(int commitsLost) {
        if (commitsLost < 0 || commitsLost > unsyncedCommits()) {
            throw new IllegalArgumentException(
                    "only " + unsyncedCommits() + " commits may be lost, not " + commitsLost);
        }
        kill();
        MemoryState found = commits.get(commits.size() - 1 - commitsLost);
        commits.clear();
        commits.add(found);
    }

    /**
     * The disk that {@link #losePower} would leave behind, durable and used by nobody; this one stays as it is.
     *
     * @param commitsLost 0 to {@link #unsyncedCommits}
     */
    public synchronized MemoryDisk afterLossOf(int commitsLost) {
        MemoryDisk after = new MemoryDisk();
        after.commits.clear();
        after.commits.addAll(commits);
        after.losePower(commitsLost);
        return after;
    }

    synchronized MemoryState newest() {
        return commits.getLast();
    }

    synchronized void commit(MemoryState state) {
        commits.add(state);
    }

    synchronized MemoryState sync() {
        MemoryState durable = commits.getLast();
        commits.clear();
        commits.add(durable);
        return durable;
    }

    synchronized void release(MemoryBackend closed) {
        if (closed.equals(user)) {
            sync();
            user = null;
        }
    }
}
