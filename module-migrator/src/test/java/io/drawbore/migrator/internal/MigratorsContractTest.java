package io.drawbore.migrator.internal;

import io.drawbore.api.StorageMigrator;
import io.drawbore.testkit.StorageMigratorContract;
import org.junit.jupiter.api.Nested;

/** Both migrators that are built in keep the contract. */
class MigratorsContractTest {
    @Nested
    class Etcd extends StorageMigratorContract {
        @Override
        protected StorageMigrator migrator() {
            return new EtcdMinors();
        }
    }

    @Nested
    class UpOnly extends StorageMigratorContract {
        @Override
        protected StorageMigrator migrator() {
            return StorageMigrator.UP_ONLY;
        }
    }
}
