package io.drawbore.backend.memory;

import io.drawbore.api.Applied;

/**
 * The commits of one store, and what of them would survive. {@link #commit} is called by one thread at a time, the rest
 * by any.
 */
public interface Commits {
    /** The last of them. */
    Committed newest();

    /** Takes the next one, which is the newest on return. */
    void commit(Committed next);

    /** As {@link io.drawbore.api.Backend#makeDurable}. */
    Applied makeDurable();

    /** The store over them was closed; called once. */
    void closed(MemoryBackend store);
}
