package io.drawbore.wal.internal;

import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Plugin;
import io.drawbore.wal.EtcdLogs;
import java.util.List;

/** Offers the log to the launcher. */
public final class WalPlugin implements Plugin {
    /** For the service loader. */
    public WalPlugin() {}

    @Override
    public String name() {
        return "wal";
    }

    @Override
    public List<LogStoreProvider> logs() {
        return List.of(new EtcdLogs());
    }
}
