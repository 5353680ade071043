package io.drawbore.testkit;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.StorageException;
import io.drawbore.backend.memory.Commits;
import io.drawbore.backend.memory.Committed;
import io.drawbore.backend.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store in memory leaves behind when its process or its machine stops: the newest durable commit and those
 * after it, of which a loss of power takes as many of the last as the test says. Thread-safe.
 */
public final class MemoryDisk {
    /** Given back by one step at the most, so that a test sees several. */
    private static final long STEP_BYTES = 4_096;

    private final List<Committed> commits = new ArrayList<>();
    private @Nullable MemoryBackend user;

    /** The disk of a new store. */
    public MemoryDisk() {
        commits.add(Committed.nothing());
    }

    /** Opens the store on it; its only user until that closes or the disk is taken from it. */
    public synchronized Backend open(int maxViews) {
        if (user != null) {
            throw new StorageException("the memory disk is in use. Close the store that uses it first.");
        }
        MemoryBackend opened = new MemoryBackend(new Kept(), maxViews, STEP_BYTES);
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
        Committed found = commits.get(commits.size() - 1 - commitsLost);
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

    private synchronized Committed sync() {
        Committed durable = commits.getLast();
        commits.clear();
        commits.add(durable);
        return durable;
    }

    /** What the store on this disk sees of it. */
    private final class Kept implements Commits {
        @Override
        public Committed newest() {
            synchronized (MemoryDisk.this) {
                return commits.getLast();
            }
        }

        @Override
        public void commit(Committed next) {
            synchronized (MemoryDisk.this) {
                commits.add(next);
            }
        }

        @Override
        public Applied makeDurable() {
            return sync().applied();
        }

        @Override
        public void closed(MemoryBackend store) {
            synchronized (MemoryDisk.this) {
                if (store.equals(user)) {
                    sync();
                    user = null;
                }
            }
        }
    }
}
