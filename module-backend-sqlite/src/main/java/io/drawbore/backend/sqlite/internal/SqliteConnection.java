package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Counter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/**
 * One connection to {@code db.sqlite}, set up for its role. One thread at a time.
 *
 * <p>JDBC's own transactions are out of the way: the driver is told that autocommit is off, which keeps it from probing
 * for a transaction after every statement, and the transaction it began for that is ended at once. BEGIN and COMMIT are
 * statements of ours from there on.
 */
final class SqliteConnection implements AutoCloseable {
    /** What a connection is for. */
    enum Role {
        /** The one that writes. */
        WRITER,
        /** One of the views' connections. */
        VIEW,
        /** Proves durability and reads sizes. */
        PROBE,
        /** Moves pages from the {@code -wal} file into the database. */
        CHECKPOINT
    }

    private static final int BUSY_MILLIS = 2_000;
    /** How long a checkpoint that begins the {@code -wal} file anew may hold up the writer, waiting for old views. */
    static final int CHECKPOINT_BUSY_MILLIS = 50;

    private final Connection connection;
    private final Faults faults;

    private SqliteConnection(Connection connection, Faults faults) {
        this.connection = connection;
        this.faults = faults;
    }

    static SqliteConnection open(Path file, Role role, Faults faults) {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(role == Role.CHECKPOINT ? CHECKPOINT_BUSY_MILLIS : BUSY_MILLIS);
        // As a URI, because the driver takes what follows a '?' in a plain path for options.
        String url = "jdbc:sqlite:file:" + file.toUri().getRawPath();
        try {
            Connection connection = config.createConnection(url);
            SqliteConnection opened = new SqliteConnection(connection, faults);
            try {
                opened.setUp(role);
                return opened;
            } catch (SQLException e) {
                opened.close();
                throw e;
            }
        } catch (SQLException e) {
            throw Faults.unreadable(file, e);
        }
    }

    private void setUp(Role role) throws SQLException {
        connection.setAutoCommit(false);
        execute("COMMIT");
        execute("PRAGMA synchronous = NORMAL");
        execute("PRAGMA wal_autocheckpoint = 0");
        execute("PRAGMA trusted_schema = OFF");
        execute("PRAGMA cell_size_check = ON");
        if (role == Role.VIEW || role == Role.PROBE) {
            execute("PRAGMA query_only = ON");
        }
    }

    Faults faults() {
        return faults;
    }

    /** Turns on write-ahead logging, which the file remembers. */
    void journal() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet mode = statement.executeQuery("PRAGMA journal_mode = WAL")) {
            if (!mode.next() || !"wal".equals(mode.getString(1))) {
                throw new SQLException(
                        "the file system does not allow SQLite's write-ahead log (shared memory is missing)");
            }
        }
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a statement that yields a row a step, which {@link #execute} would end after the first. */
    void runToItsEnd(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                throw new SQLException("no row for " + query);
            }
            return row.getLong(1);
        }
    }

    void insertMeta(Meta meta) throws SQLException {
        StringBuilder marks = new StringBuilder("?, ?, ?");
        for (int i = 0; i < Counter.values().length; i++) {
            marks.append(", ?");
        }
        try (PreparedStatement insert = prepare("INSERT INTO meta VALUES (1, " + marks + ")")) {
            bindMeta(insert, meta, new Checksum());
            insert.executeUpdate();
        }
    }

    static void bindMeta(PreparedStatement statement, Meta meta, Checksum checksum) throws SQLException {
        int at = 1;
        statement.setLong(at++, meta.applied().index());
        statement.setLong(at++, meta.applied().term());
        for (long counter : meta.counters().values()) {
            statement.setLong(at++, counter);
        }
        statement.setLong(at, checksum.meta(meta));
    }

    /** Moves all of the {@code -wal} file into the database, syncs both, and empties the former. */
    void checkpointWhole() throws SQLException {
        if (number("PRAGMA wal_checkpoint(TRUNCATE)") != 0) {
            throw new SQLException("another process holds the file");
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw faults.writing("closing", e);
        }
    }
}
