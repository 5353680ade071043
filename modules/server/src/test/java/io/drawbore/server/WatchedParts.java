package io.drawbore.server;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ReadTx;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Log and store of one member, with an eye on what they hold. The thread that makes the member opens them. */
final class WatchedParts {
    private final LogStoreProvider logs;
    private final BackendProvider backends;
    private long recoveredUpTo;
    private @Nullable Backend backend;

    WatchedParts(LogStoreProvider logs, BackendProvider backends) {
        this.logs = logs;
        this.backends = backends;
    }

    /** The last entry that was found in the log, 0 for a new one. */
    long recoveredUpTo() {
        return recoveredUpTo;
    }

    /** What the store says of the entries it applied. */
    List<EntryDigest> digests() {
        try (ReadTx view = Objects.requireNonNull(backend, "a store is open").read()) {
            return view.digests(0);
        }
    }

    LogStoreProvider logs() {
        return new LogStoreProvider() {
            @Override
            public String name() {
                return logs.name();
            }

            @Override
            public boolean exists(Options options) {
                return logs.exists(options);
            }

            @Override
            public LogStore create(Options options, MemberIdentity owner) {
                return logs.create(options, owner);
            }

            @Override
            public LogRecovery open(Options options) {
                LogRecovery found = logs.open(options);
                recoveredUpTo = found.start().index() + found.entries().size();
                return found;
            }
        };
    }

    BackendProvider backends() {
        return new BackendProvider() {
            @Override
            public String name() {
                return backends.name();
            }

            @Override
            public Backend open(Options options) {
                Backend opened = backends.open(options);
                backend = opened;
                return opened;
            }
        };
    }
}
