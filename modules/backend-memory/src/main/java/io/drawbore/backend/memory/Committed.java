package io.drawbore.backend.memory;

import io.drawbore.api.Applied;

/** All that a store in memory holds at one commit. Immutable; neighbours share what is the same in both. */
public sealed interface Committed permits MemoryState {
    /** What a new store holds. */
    static Committed nothing() {
        return MemoryState.empty();
    }

    /** The last entry that it holds. */
    Applied applied();

    /** Bytes of its rows and tables. */
    long bytes();
}
