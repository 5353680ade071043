package org.example.drawbore.mvstore;

import io.drawbore.api.BackendProvider;
import io.drawbore.testkit.BackendContract;

/** The store keeps the contract of stores. */
class MvStoreContractTest extends BackendContract {
    @Override
    protected BackendProvider provider() {
        return new MvStorePlugin().backends().getFirst();
    }
}
