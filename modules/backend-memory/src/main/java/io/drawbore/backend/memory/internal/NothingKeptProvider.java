package io.drawbore.backend.memory.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.backend.memory.Commits;
import io.drawbore.backend.memory.Committed;
import io.drawbore.backend.memory.MemoryBackend;

/** Opens the store "memory", a new one each time: its folder stays empty. */
final class NothingKeptProvider implements BackendProvider {
    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Backend open(Options options) {
        return new MemoryBackend(new Newest(), options.maxViews(), Long.MAX_VALUE);
    }

    /** Remembers the newest commit only, and proves nothing durable, so that the whole log is kept. */
    private static final class Newest implements Commits {
        private volatile Committed newest = Committed.nothing();

        @Override
        public Committed newest() {
            return newest;
        }

        @Override
        public void commit(Committed next) {
            newest = next;
        }

        @Override
        public Applied makeDurable() {
            return Applied.NONE;
        }

        @Override
        public void closed(MemoryBackend store) {
            newest = Committed.nothing();
        }
    }
}
