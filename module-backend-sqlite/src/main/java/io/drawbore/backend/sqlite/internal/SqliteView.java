package io.drawbore.backend.sqlite.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A view: a read transaction that began with its first look at the store, so that all it reads is of one commit. */
final class SqliteView extends Reads {
    /** A connection that views use one after the other. */
    static final class Source {
        private final SqliteConnection connection;
        private final Reader reader;
        private final PreparedStatement begin;
        private final PreparedStatement end;

        Source(SqliteConnection connection) throws SQLException {
            this.connection = connection;
            reader = new Reader(connection);
            begin = connection.prepare("BEGIN");
            end = connection.prepare("COMMIT");
        }

        void close() {
            connection.close();
        }
    }

    private final Source source;
    private final SqliteBackend backend;

    /** Begins, and reads once: SQLite takes its snapshot at the first read, not at BEGIN. */
    SqliteView(Source source, SqliteBackend backend) throws SQLException {
        super(source.reader);
        this.source = source;
        this.backend = backend;
        source.begin.execute();
        reader().meta();
    }

    @Override
    public void close() {
        if (!end()) {
            return;
        }
        try {
            source.end.execute();
            backend.giveBack(source);
        } catch (SQLException e) {
            backend.giveUp(source);
            throw source.connection.faults().reading("ending a view", e);
        }
    }
}
