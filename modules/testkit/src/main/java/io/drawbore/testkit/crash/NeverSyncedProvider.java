package io.drawbore.testkit.crash;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;

/**
 * Opens a mutant of a store: it says what is committed where it should say what is durable. Whoever judges crashes must
 * notice.
 *
 * @param inner opens the store it is a mutant of
 */
public record NeverSyncedProvider(BackendProvider inner) implements BackendProvider {
    @Override
    public String name() {
        return "never-synced";
    }

    @Override
    public Backend open(Options options) {
        return new NeverSynced(inner.open(options));
    }

    private record NeverSynced(Backend inner) implements Backend {
        @Override
        public WriteTx begin() {
            return inner.begin();
        }

        @Override
        public ReadTx read() {
            return inner.read();
        }

        @Override
        public Applied makeDurable() {
            try (ReadTx view = inner.read()) {
                return view.applied();
            }
        }

        @Override
        public Size size() {
            return inner.size();
        }

        @Override
        public long reclaim(long bytes) {
            return inner.reclaim(bytes);
        }

        @Override
        public void shrink() {
            inner.shrink();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
