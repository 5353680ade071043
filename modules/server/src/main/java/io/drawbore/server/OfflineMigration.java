package io.drawbore.server;

import io.drawbore.api.Backend;
import io.drawbore.api.LogContent;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.apply.StorageStep;
import io.drawbore.membership.StorageVersion;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.server.internal.StorageMigration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads the store of a member that doesn't run to another storage version, by the steps that it would take itself: each
 * a transaction, durable before the next. One that is stopped leaves a version or its neighbour, and may be run again.
 */
public final class OfflineMigration {
    private final Backend store;
    private final StorageMigrator migrator;

    /** Of an open store. */
    public OfflineMigration(Backend store, StorageMigrator migrator) {
        this.store = store;
        this.migrator = migrator;
    }

    /**
     * Goes all the way.
     *
     * @param log what the member's log holds; null where nothing in it matters
     * @return the versions that the store became of, one after the other; empty where it was of the target
     * @throws StorageException where one of the versions isn't known, or the log needs a newer one than the target; the
     *     store is then as it was
     */
    public List<MinorVersion> to(MinorVersion target, @Nullable LogContent log) {
        MinorVersion at = allowed(target, log);
        List<MinorVersion> steps = new ArrayList<>();
        while (!at.equals(target)) {
            at = StorageStep.take(store, migrator, target);
            store.makeDurable();
            steps.add(at);
        }
        return steps;
    }

    private MinorVersion allowed(MinorVersion target, @Nullable LogContent log) {
        MinorVersion found;
        try (ReadTx view = store.read()) {
            found = StorageVersion.of(view);
        }
        if (found == null) {
            throw new StorageException("cannot detect storage schema version: the store has applied nothing yet");
        }
        requireKnown(found);
        requireKnown(target);
        if (target.compareTo(found) < 0 && log != null) {
            requireGoesDown(found, target);
            requireNothingNewer(target, log);
        }
        return found;
    }

    private void requireKnown(MinorVersion version) {
        if (!StorageMigration.canBe(version, migrator, EtcdVersion.NEWEST.minor())) {
            throw new StorageException("cannot create migration plan: version \"" + version
                    + "\" is not supported; migrator " + migrator.name() + " knows " + migrator.chain().oldest()
                    + " to " + migrator.chain().newest() + ": take the release that wrote the store");
        }
    }

    private void requireGoesDown(MinorVersion found, MinorVersion target) {
        if (!migrator.goesDown()) {
            throw new StorageException("migrator " + migrator.name() + " doesn't lead a store of " + found + " down to "
                    + target);
        }
    }

    private void requireNothingNewer(MinorVersion target, LogContent log) {
        MinorVersion needed = target;
        for (Entry entry : log.entries()) {
            MinorVersion one = migrator.needs(entry);
            needed = one.compareTo(needed) > 0 ? one : needed;
        }
        if (!needed.equals(target)) {
            throw new StorageException("cannot downgrade storage, WAL contains newer entries, as the target version ("
                    + target + ") is lower than the version (" + needed + ") detected from WAL logs");
        }
    }
}
