package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.BackendProvider;
import io.drawbore.testkit.BackendContract;

/** SQLite keeps the contract of stores. */
class SqliteBackendContractTest extends BackendContract {
    @Override
    protected BackendProvider provider() {
        return new SqlitePlugin().backends().getFirst();
    }
}
