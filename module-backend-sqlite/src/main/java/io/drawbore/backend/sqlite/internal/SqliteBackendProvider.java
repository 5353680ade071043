package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.StorageException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Opens the store "sqlite": the file {@code db.sqlite} in its folder, with SQLite's {@code -wal} and {@code -shm}
 * beside it.
 */
final class SqliteBackendProvider implements BackendProvider {
    static final String FILE = "db.sqlite";

    private static final int MOST_VIEWS = 64;

    private final Checkpointer.Pace pace;

    SqliteBackendProvider(Checkpointer.Pace pace) {
        this.pace = pace;
    }

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public Backend open(Options options) {
        if (options.maxViews() < 1 || options.maxViews() > MOST_VIEWS) {
            throw new IllegalArgumentException("maxViews " + options.maxViews() + " is not 1 to " + MOST_VIEWS);
        }
        Path file = options.folder().resolve(FILE);
        Faults faults = new Faults(file);
        boolean created = Layout.prepareFolder(file);
        SqliteConnection writer = SqliteConnection.open(file, SqliteConnection.Role.WRITER, faults);
        try {
            Layout.openOrCreate(writer, file, created);
            return new SqliteBackend(file, options.maxViews(), pace, writer, faults);
        } catch (SQLException e) {
            writer.close();
            throw Faults.unreadable(file, e);
        } catch (StorageException e) {
            writer.close();
            throw e;
        }
    }
}
