package io.drawbore.migrator.internal;

import io.drawbore.api.Plugin;
import io.drawbore.api.StorageMigrator;
import java.util.List;

/** Offers to follow etcd's storage versions. */
public final class MigratorPlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public MigratorPlugin() {}

    @Override
    public String name() {
        return "migrator";
    }

    @Override
    public List<StorageMigrator> storageMigrators() {
        return List.of(new EtcdMinors(), StorageMigrator.UP_ONLY);
    }
}
