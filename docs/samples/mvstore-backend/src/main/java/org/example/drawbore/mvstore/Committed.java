package org.example.drawbore.mvstore;

import org.h2.mvstore.MVStore;

/**
 * A commit that views may be of: its maps, and MVStore's promise to keep what they need. Counts who uses it: the
 * backend while it is the newest, and each view. Any thread.
 */
final class Committed {
    private final MVStore store;
    private final Maps maps;
    private final MVStore.TxCounter kept;
    private int users = 1;

    /** The store as it is now; only where nothing is being written. */
    Committed(MVStore store, Maps written) {
        this.store = store;
        kept = store.registerVersionUsage();
        maps = written.at(store.getCurrentVersion());
    }

    Maps maps() {
        return maps;
    }

    synchronized void use() {
        users++;
    }

    synchronized void leave() {
        users--;
        if (users == 0 && !store.isClosed()) {
            store.deregisterVersionUsage(kept);
        }
    }
}
