package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.InvariantException;
import io.drawbore.api.Vfs;
import io.drawbore.apply.Applier;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.watch.WatchHub;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a snapshot in the place of the store, in this order: one transaction that replaces all of it; what is kept in
 * memory of it; a sync, since no log replays it; the watchers. Only then the log is told. Apply thread only, between
 * two batches.
 *
 * <p>A stop before the commit is durable leaves the old store and the old log; one after it leaves a store that is
 * ahead of its log, which {@link Boot} knows by its digest and brings the log forward.
 */
public final class SnapshotInstall {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotInstall.class);

    private final Backend backend;
    private final Vfs vfs;
    private final Applier applier;
    private final Keyspace keyspace;
    private final WatchHub watches;
    private final PacedCompaction compaction;
    private final StorageMigration migration;
    private final StoreSpace space;

    /** Installs into one store. */
    public SnapshotInstall(
            Backend backend,
            Vfs vfs,
            Applier applier,
            Keyspace keyspace,
            WatchHub watches,
            PacedCompaction compaction,
            StorageMigration migration,
            StoreSpace space) {
        this.backend = backend;
        this.vfs = vfs;
        this.applier = applier;
        this.keyspace = keyspace;
        this.watches = watches;
        this.compaction = compaction;
        this.migration = migration;
        this.space = space;
    }

    /** Installs a file that {@link SnapshotReceiver} has looked at, and deletes it. Durable on return. */
    void install(Path file, Applied at) {
        try (EtcdSnapshotReader content = EtcdSnapshotReader.open(vfs, file)) {
            InvariantException.check(
                    content.applied().equals(at), file + " holds " + content.applied() + ", raft waits for " + at);
            applier.install(content);
        }
        Applied durable = backend.makeDurable();
        boolean keepsNothing = durable.equals(Applied.NONE);
        InvariantException.check(
                keepsNothing || durable.equals(at), "the store proved " + durable + " durable, it holds " + at);
        watches.storeReplaced(keyspace.revision());
        compaction.storeReplaced();
        migration.storeReplaced();
        space.sample();
        SnapshotFolder.delete(vfs, file);
        LOG.atInfo().addKeyValue("applied", at).log("installed a snapshot");
        if (keepsNothing) {
            LOG.warn("this store keeps nothing and no log has what the snapshot brought: once stopped, this member has"
                    + " to be removed and added as a new one");
        }
    }
}
