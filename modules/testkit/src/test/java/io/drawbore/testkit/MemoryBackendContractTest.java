package io.drawbore.testkit;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Plugin;
import java.util.ServiceLoader;

/** The store "memory", as {@code --backend=memory} opens it, keeps the contract of stores that keep nothing. */
class MemoryBackendContractTest extends BackendContract {
    @Override
    protected BackendProvider provider() {
        return ServiceLoader.load(Plugin.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(plugin -> plugin.name().equals("backend-memory"))
                .findFirst()
                .orElseThrow()
                .backends()
                .getFirst();
    }

    @Override
    protected boolean keeps() {
        return false;
    }
}
