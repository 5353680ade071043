package io.drawbore.migrator.internal;

import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.TableChange;
import io.drawbore.proto.raftpb.Entry;
import java.util.List;

/**
 * The minor versions of etcd whose stores hold what this one holds: 3.5 brought the term, the raft configuration, the
 * cluster's version and a downgrade under way, 3.6 the storage version itself, 3.7 nothing. The tables here have had
 * all of it from the start, so no step changes more than the version, which the member writes.
 */
final class EtcdMinors implements StorageMigrator {
    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public List<MinorVersion> versions() {
        return StorageMigrator.UP_ONLY.versions();
    }

    @Override
    public List<TableChange> step(ReadTx store, MinorVersion from, MinorVersion to) {
        return List.of();
    }

    @Override
    public MinorVersion needs(Entry entry) {
        return EntryVersions.needs(entry);
    }
}
