package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;

/**
 * The keys of a store that is about to take the place of another, as its rows are written. Apply thread only, in this
 * order:
 *
 * <pre>{@code
 * try (NextKeyspace next = keyspace.next()) {
 *     ... tx.put(row); next.add(row); ...
 *     next.begin(compactRevision);
 *     tx.commit(applied);
 *     next.publish(revision, compactRevision, finishedCompactRevision);
 * }
 * }</pre>
 *
 * <p>Readers see the old keyspace until {@link #publish}. Between {@link #begin} and then those that start wait, so
 * nothing but the commit belongs there.
 */
public final class NextKeyspace implements AutoCloseable {
    private final Keyspace keyspace;
    private final KeyIndex index = new KeyIndex();
    private boolean begun;

    NextKeyspace(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    /** Adds a row, oldest first. Its value is not kept. */
    public void add(KeyRow row) {
        index.add(Key.of(row.key()), row);
    }

    /**
     * The next commit replaces the store.
     *
     * @param compactRevision the new store's; history below it can't be read from here on
     */
    public void begin(long compactRevision) {
        begun = true;
        keyspace.beginReplacement(compactRevision);
    }

    /** Lets readers see the store that was committed, by its three revisions. */
    public void publish(long revision, long compactRevision, long finishedCompactRevision) {
        keyspace.replace(index, revision, compactRevision, finishedCompactRevision);
    }

    /** Lets readers go on, whatever came of it. */
    @Override
    public void close() {
        if (begun) {
            begun = false;
            keyspace.endReplacement();
        }
    }
}
