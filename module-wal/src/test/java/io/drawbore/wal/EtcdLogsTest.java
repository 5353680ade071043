package io.drawbore.wal;

import io.drawbore.api.LogStoreProvider;
import io.drawbore.testkit.LogStoreContract;

/** That our log keeps the contract. */
class EtcdLogsTest extends LogStoreContract {
    @Override
    protected LogStoreProvider provider() {
        return new EtcdLogs(Runnable::run);
    }
}
