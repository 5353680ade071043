package io.drawbore.server;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.LogContent;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.server.internal.Boot;
import io.drawbore.server.internal.DataDir;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of a member that doesn't run, held so that it can't be started meanwhile. For tools. One thread.
 */
public final class OfflineMember implements AutoCloseable {
    /** Views of the store at once: more than any tool takes. */
    private static final int VIEWS = 4;

    private final DataDir dataDir;
    private final Path log;

    private OfflineMember(DataDir dataDir, Path log) {
        this.dataDir = dataDir;
        this.log = log;
    }

    /**
     * Takes hold of a data dir; makes none.
     *
     * @param walDir where the log lies, null for {@code member/wal} of the data dir
     * @throws StorageException where there is no member's data, it is an etcd's, or a process uses it
     */
    public static OfflineMember open(Path dataDir, @Nullable Path walDir) {
        DataDir held = DataDir.openExisting(dataDir);
        return new OfflineMember(held, walDir == null ? held.log() : walDir);
    }

    /**
     * Opens the store, as a member's start does: what a process that was killed left in it is brought in order, and an
     * older layout is brought to this release's. Close it before this.
     */
    public Backend openStore(BackendProvider stores) {
        return stores.open(new BackendProvider.Options(dataDir.store(), VIEWS));
    }

    /** Reads the log and changes nothing. */
    public LogContent readLog(LogStoreProvider logs, Vfs vfs) {
        return readLog(logs, vfs, log);
    }

    /** Reads a log that lies in a folder, whoever's it is, and changes nothing. */
    public static LogContent readLog(LogStoreProvider logs, Vfs vfs, Path folder) {
        return logs.read(new LogStoreProvider.Options(vfs, folder, 0, 0, false));
    }

    /** Why the member would refuse to start from its store and its log; empty where they belong together. */
    public Optional<String> misfit(LogContent content, Applied applied) {
        return Optional.ofNullable(Boot.misfit(log, content.start(), content.entries(), applied));
    }

    /** Lets go of the data dir. */
    @Override
    public void close() {
        dataDir.close();
    }
}
