package io.drawbore.api;

import java.util.List;

/**
 * What a module adds to a distribution. A Java module {@code provides io.drawbore.api.Plugin with …}; the launcher
 * finds it, and flags choose among what all modules offer, by name. Must have a public constructor without parameters
 * that does nothing: everything starts when something that it offers is opened.
 */
public interface Plugin {
    /** The plug-in's own name, for logs and {@code drawbore plugins}: lower-case letters, digits and dashes. */
    String name();

    /** Stores it offers. */
    default List<BackendProvider> backends() {
        return List.of();
    }

    /** Logs it offers. */
    default List<LogStoreProvider> logs() {
        return List.of();
    }

    /** Translators of v2 requests it offers. */
    default List<V2Translator> v2Translators() {
        return List.of();
    }

    /** Migrators of storage versions it offers. */
    default List<StorageMigrator> storageMigrators() {
        return List.of();
    }

    /** What it offers to decide which checkpoints of leases are kept. */
    default List<CheckpointPersistence> checkpointPersistences() {
        return List.of();
    }
}
