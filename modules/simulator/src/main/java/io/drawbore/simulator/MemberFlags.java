package io.drawbore.simulator;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.Plugin;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.V2Translator;
import io.drawbore.server.LeaseOptions;
import io.drawbore.server.MemberOptions;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Flags in which members of one cluster may differ.
 *
 * @param snapshotCount after how many entries the log is released
 * @param catchUpEntries how many of them stay, for members that lag; who lags more is sent a snapshot
 * @param checkpoints whether it tells, while it leads, what is left of leases
 * @param keepsCheckpoints whether it keeps what is told below cluster version 3.6
 * @param goesDown whether its store follows the cluster to an older version
 */
public record MemberFlags(
        long snapshotCount, long catchUpEntries, boolean checkpoints, boolean keepsCheckpoints, boolean goesDown) {
    /** Gives a member these flags. All translate v2 requests. */
    public MemberOptions.Builder of(MemberOptions.Builder options) {
        return options.snapshotCount(snapshotCount)
                .catchUpEntries(catchUpEntries)
                .leases(new LeaseOptions(checkpoints, persistence(keepsCheckpoints)))
                .migrator(goesDown ? migrator() : StorageMigrator.UP_ONLY)
                .v2(translator());
    }

    private static CheckpointPersistence persistence(boolean keepsBelow36) {
        return plugins()
                .flatMap(plugin -> plugin.checkpointPersistences().stream())
                .filter(persistence -> persistence.keepsBelow36(null) == keepsBelow36)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no checkpoint persistence is there"));
    }

    /** The one that a distribution has. */
    static StorageMigrator migrator() {
        return plugins()
                .flatMap(plugin -> plugin.storageMigrators().stream())
                .filter(StorageMigrator::goesDown)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no storage migrator is there"));
    }

    /** The one that a distribution has. */
    static V2Translator translator() {
        return plugins()
                .flatMap(plugin -> plugin.v2Translators().stream())
                .filter(translator -> !translator.equals(V2Translator.REJECT))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no v2 translator is there"));
    }

    private static Stream<Plugin> plugins() {
        return ServiceLoader.load(Plugin.class).stream().map(ServiceLoader.Provider::get);
    }
}
