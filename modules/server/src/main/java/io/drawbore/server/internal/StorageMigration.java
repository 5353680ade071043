package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.apply.Applier;
import io.drawbore.apply.StorageStep;
import io.drawbore.membership.StorageVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the storage version follow the cluster's: up at once, down when it was allowed. A step to the version before or
 * after is one transaction with the record of it, made durable before the next, since no log replays it. So a member
 * that was stopped is of one version or the other, and goes on from there.
 *
 * <p>{@link #stored} and {@link #allowDown} are for any thread, the rest for the apply thread.
 */
public final class StorageMigration implements UpkeepTask {
    private static final Logger LOG = LoggerFactory.getLogger(StorageMigration.class);

    private final Backend backend;
    private final Applier applier;
    private final StorageMigrator migrator;
    private final MinorVersion own;
    private volatile @Nullable MinorVersion stored;
    private volatile @Nullable MinorVersion allowed;

    /**
     * Migrates one store.
     *
     * @param own this member's version, above which the store is never led
     */
    public StorageMigration(Backend backend, Applier applier, StorageMigrator migrator, MinorVersion own) {
        this.backend = backend;
        this.applier = applier;
        this.migrator = migrator;
        this.own = own;
        read();
    }

    /**
     * Refuses a store that this release or its migrator doesn't understand.
     *
     * @throws StorageException with the store's version, the known ones and the way out
     */
    static void validate(ReadTx view, StorageMigrator migrator, MinorVersion own) {
        MinorVersion found = StorageVersion.of(view);
        if (found == null || canBe(found, migrator, own)) {
            return;
        }
        throw new StorageException("the store is of storage version " + found + "; this member is compatible with "
                + own + ", and --storage-migrator=" + migrator.name() + " knows " + migrator.chain().oldest()
                + " to " + migrator.chain().newest() + ": start the release that wrote it, and downgrade the"
                + " cluster before its members, or restore a backup of then");
    }

    /**
     * Whether a store can be of a version.
     *
     * @param own the version of who uses it, above which no store is led
     */
    public static boolean canBe(MinorVersion version, StorageMigrator migrator, MinorVersion own) {
        return migrator.versions().contains(version) && version.compareTo(own) <= 0;
    }

    /** The version of the store as it was last committed; null where it has applied nothing yet. */
    public @Nullable MinorVersion stored() {
        return stored;
    }

    /** What the cluster's version asks of the store, null where that is nothing that it can be. Any thread. */
    @Nullable MinorVersion wanted() {
        MinorVersion cluster = applier.clusterVersion();
        if (cluster == null || !canBe(cluster, migrator, own)) {
            return null;
        }
        MinorVersion now = stored;
        boolean down = now != null && cluster.compareTo(now) < 0;
        return down && !migrator.goesDown() ? null : cluster;
    }

    /** Whether the cluster is of an older version than the store. Any thread. */
    boolean isAbove() {
        MinorVersion wanted = wanted();
        MinorVersion now = stored;
        return wanted != null && now != null && wanted.compareTo(now) < 0;
    }

    /** The log needs nothing newer than this, so that the store may become of it. The apply thread must be woken. */
    void allowDown(MinorVersion version) {
        allowed = version;
    }

    /** Another store took the place of this one. */
    void storeReplaced() {
        allowed = null;
        read();
    }

    private void read() {
        try (ReadTx view = backend.read()) {
            stored = StorageVersion.of(view);
        }
    }

    /** Goes up to the cluster's version, where a batch has raised that: before anybody hears of it. */
    void followUp() {
        while (!isAbove() && dueInNanos(0) <= 0) {
            step();
        }
    }

    @Override
    public long dueInNanos(long now) {
        MinorVersion wanted = wanted();
        if (wanted == null || wanted.equals(stored)) {
            return NEVER;
        }
        return !isAbove() || wanted.equals(allowed) ? 0 : NEVER;
    }

    @Override
    public void step() {
        MinorVersion wanted = wanted();
        if (wanted == null) {
            return;
        }
        MinorVersion to = StorageStep.take(backend, migrator, wanted);
        backend.makeDurable();
        stored = to;
        LOG.atInfo().addKeyValue("storage-version", to).log("the store is of another storage version");
    }

    @Override
    public void end() {
        // a store between two versions is a store of the first
    }
}
