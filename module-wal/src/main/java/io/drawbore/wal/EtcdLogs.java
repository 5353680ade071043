package io.drawbore.wal;

import io.drawbore.api.LogContent;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.wal.internal.LogOpening;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Logs in etcd's format, which etcd's own tools read. Thread-safe; holds nothing. */
public final class EtcdLogs implements LogStoreProvider {
    private final Executor cleaning;

    /** Cleans released segments on a thread of their own. */
    public EtcdLogs() {
        this(task -> Thread.ofPlatform().daemon().name("log-cleaning").start(task));
    }

    /**
     * For programs that decide themselves what runs when, the simulator first.
     *
     * @param cleaning runs tasks that fill released segments with zeros and sync them
     */
    public EtcdLogs(Executor cleaning) {
        this.cleaning = cleaning;
    }

    @Override
    public String name() {
        return "wal";
    }

    @Override
    public boolean exists(Options options) {
        try {
            return new LogOpening(options, cleaning).exists();
        } catch (IOException e) {
            throw new StorageException(options.folder() + ": could not be listed: " + e.getMessage(), e);
        }
    }

    @Override
    public LogStore create(Options options, MemberIdentity owner) {
        try {
            return new LogOpening(options, cleaning).create(owner);
        } catch (IOException e) {
            throw new StorageException(options.folder() + ": no log could be made: " + e.getMessage(), e);
        }
    }

    @Override
    public LogRecovery open(Options options) {
        try {
            return new LogOpening(options, cleaning).open();
        } catch (IOException e) {
            throw new StorageException(options.folder() + ": the log could not be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public LogContent read(Options options) {
        try {
            return new LogOpening(options, cleaning).read();
        } catch (IOException e) {
            throw new StorageException(options.folder() + ": the log could not be read: " + e.getMessage(), e);
        }
    }
}
