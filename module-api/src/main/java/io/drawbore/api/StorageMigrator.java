package io.drawbore.api;

import io.drawbore.proto.raftpb.Entry;
import java.util.List;

/**
 * Knows storage versions: what a store must become for members of a neighbouring minor version, and which of them
 * understand an entry. Chosen by name with the flag {@code --storage-migrator}.
 *
 * <p>Pure functions: they have no clock and no state, and change nothing. What they answer is written by the member,
 * each step in one transaction with the version that it leads to; a step that is asked for again, of a store that has
 * had it, changes nothing.
 */
public interface StorageMigrator {
    /** Follows a cluster up, one minor version after the other, and never down. */
    StorageMigrator UP_ONLY = new StorageMigrator() {
        @Override
        public String name() {
            return "up-only";
        }

        @Override
        public List<MinorVersion> versions() {
            return List.of(new MinorVersion(3, 5), new MinorVersion(3, 6), new MinorVersion(3, 7));
        }

        @Override
        public boolean goesDown() {
            return false;
        }

        @Override
        public List<TableChange> step(ReadTx store, MinorVersion from, MinorVersion to) {
            return List.of();
        }

        @Override
        public MinorVersion needs(Entry entry) {
            return versions().getLast();
        }
    };

    /** The name that chooses it: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /** The versions it knows, oldest first and without a gap; at least one. */
    List<MinorVersion> versions();

    /** The same, with the way between them. */
    default VersionChain<MinorVersion> chain() {
        return new VersionChain<>(versions());
    }

    /** Whether a store may become of an older version than it is. */
    default boolean goesDown() {
        return true;
    }

    /**
     * What leads a store to a neighbouring version. Apply thread.
     *
     * @param store as it is now
     * @param from its version
     * @param to the version before or after, known to this
     * @return at most a few thousand changes of small tables, none of them shared state that entries change
     */
    List<TableChange> step(ReadTx store, MinorVersion from, MinorVersion to);

    /**
     * The oldest version that understands an entry: that of the newest message, field or value in it. Any thread.
     *
     * @throws StorageException where it can't be read
     */
    MinorVersion needs(Entry entry);
}
