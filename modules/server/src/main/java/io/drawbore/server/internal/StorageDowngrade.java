package io.drawbore.server.internal;

import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.Workers;
import io.drawbore.proto.raftpb.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the store become of an older version once nothing in the log behind its last snapshot needs a newer one: it has
 * the log released up to what is applied, looks at what is left, and allows it or tries again. Any thread.
 */
public final class StorageDowngrade {
    private static final Logger LOG = LoggerFactory.getLogger(StorageDowngrade.class);

    /** How often is looked, as in etcd. */
    private static final Duration LOOK = Duration.ofSeconds(4);

    private final StorageMigration migration;
    private final StorageMigrator migrator;
    private final LogRelease log;
    private final Executor looking;
    private final Runnable wakeApply;
    private final Running running;
    private final Workers workers;
    private final Consumer<Throwable> fatal;

    /**
     * Watches over one store.
     *
     * @param looking where entries are looked at
     * @param wakeApply has the apply thread look what is due
     * @param fatal told that the log holds what can't be read
     */
    public StorageDowngrade(
            StorageMigration migration,
            StorageMigrator migrator,
            LogRelease log,
            Executor looking,
            Runnable wakeApply,
            Running running,
            Workers workers,
            Consumer<Throwable> fatal) {
        this.migration = migration;
        this.migrator = migrator;
        this.log = log;
        this.looking = looking;
        this.wakeApply = wakeApply;
        this.running = running;
        this.workers = workers;
        this.fatal = fatal;
    }

    /** Looks again and again, for as long as the member runs. */
    public void start() {
        running.repeat(workers, LOOK, this::look);
    }

    /** Looks once; completes when that is done, also where it is tried again later. */
    CompletableFuture<Void> look() {
        MinorVersion wanted = migration.wanted();
        if (wanted == null || !migration.isAbove()) {
            return CompletableFuture.completedFuture(null);
        }
        return log.releaseNow()
                .handleAsync(
                        (left, failure) -> {
                            if (failure == null) {
                                judge(wanted, left);
                            } else {
                                LOG.debug("the log could not be released for storage version {}", wanted, failure);
                            }
                            return null;
                        },
                        looking);
    }

    private void judge(MinorVersion wanted, List<Entry> left) {
        Optional<Entry> newer;
        try {
            newer = firstAbove(wanted, left, migrator);
        } catch (StorageException unreadable) {
            fatal.accept(unreadable);
            return;
        }
        if (newer.isPresent()) {
            LOG.atInfo()
                    .addKeyValue("storage-version", wanted)
                    .addKeyValue("index", newer.get().getIndex())
                    .log("the store stays of its version for now: the log needs a newer one");
        } else {
            migration.allowDown(wanted);
            wakeApply.run();
        }
    }

    /** The first entry that members of a version don't understand. */
    static Optional<Entry> firstAbove(MinorVersion version, List<Entry> entries, StorageMigrator migrator) {
        return entries.stream()
                .filter(entry -> migrator.needs(entry).compareTo(version) > 0)
                .findFirst();
    }
}
