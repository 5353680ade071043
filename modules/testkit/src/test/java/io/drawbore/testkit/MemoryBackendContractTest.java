package io.drawbore.testkit;

import io.drawbore.api.BackendProvider;

/** The store in memory keeps the contract of stores. */
class MemoryBackendContractTest extends BackendContract {
    @Override
    protected BackendProvider provider() {
        return new MemoryBackendProvider();
    }
}
