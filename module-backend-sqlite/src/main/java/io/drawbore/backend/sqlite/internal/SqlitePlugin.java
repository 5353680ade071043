package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Plugin;
import java.util.List;

/** Offers the store "sqlite": one file, {@code db.sqlite}, that SQLite's own shell can read. */
public final class SqlitePlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public SqlitePlugin() {}

    @Override
    public String name() {
        return "backend-sqlite";
    }

    @Override
    public List<BackendProvider> backends() {
        return List.of(new SqliteBackendProvider(Checkpointer.Pace.PRODUCTION));
    }
}
