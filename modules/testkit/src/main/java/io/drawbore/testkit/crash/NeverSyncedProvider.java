package io.drawbore.testkit.crash;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.ReadTx;
import io.drawbore.testkit.PassedOnBackend;

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

    private static final class NeverSynced extends PassedOnBackend {
        NeverSynced(Backend inner) {
            super(inner);
        }

        @Override
        public Applied makeDurable() {
            try (ReadTx view = inner().read()) {
                return view.applied();
            }
        }
    }
}
