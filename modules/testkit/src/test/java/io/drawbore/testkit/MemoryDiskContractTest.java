package io.drawbore.testkit;

import io.drawbore.api.BackendProvider;

/** The store on a disk in memory keeps the contract of stores. */
class MemoryDiskContractTest extends BackendContract {
    @Override
    protected BackendProvider provider() {
        return new MemoryBackendProvider();
    }
}
