package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Counter;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.api.VfsFile;
import io.drawbore.auth.AuthTables;
import io.drawbore.bbolt.BoltWriter;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.membership.Membership;
import io.drawbore.membership.StorageVersion;
import io.drawbore.mvcc.RowPages;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes what a view shows as an etcd's database file. All of it is of one commit; a compaction that is under way is
 * noted as ordered and not done, so that whoever opens the file goes on with it.
 */
final class EtcdSnapshot {
    /** The first storage version that says which it is. */
    private static final MinorVersion RECORDED_FROM = new MinorVersion(3, 6);

    private final ReadTx view;
    private final BoltWriter writer;

    private EtcdSnapshot(ReadTx view, BoltWriter writer) {
        this.view = view;
        this.writer = writer;
    }

    /**
     * Writes the file; nothing is durable on return. Ends with an error where the thread is interrupted.
     *
     * @param file open, empty
     * @param name the file's, for messages
     * @return its bytes
     */
    static long write(ReadTx view, VfsFile file, Path name) {
        EtcdSnapshot snapshot = new EtcdSnapshot(view, BoltWriter.into(file, name));
        for (EtcdBucket bucket : EtcdBucket.values()) {
            snapshot.fill(bucket, snapshot.writer.bucket(bucket.nameBytes()));
        }
        return snapshot.writer.finish();
    }

    private void fill(EtcdBucket bucket, BoltWriter.Bucket into) {
        switch (bucket) {
            case ALARM -> table(Table.ALARM, into);
            case AUTH -> authentication(into);
            case AUTH_ROLES -> table(Table.AUTH_ROLE, into);
            case AUTH_USERS -> table(Table.AUTH_USER, into);
            case CLUSTER -> cluster(into);
            case KEY -> RowPages.forEach(view, ReadTx.Content.VALUES, row -> put(row, into));
            case LEASE -> table(Table.LEASE, into);
            case MEMBERS -> table(Table.MEMBER, into);
            case MEMBERS_REMOVED -> view.all(Table.MEMBER_REMOVED)
                    .forEach((id, _) -> into.put(id.toByteArray(), EtcdSchema.bytes(EtcdSchema.REMOVED)));
            case META -> meta(into);
        }
    }

    private void table(Table table, BoltWriter.Bucket into) {
        view.all(table).forEach((key, value) -> into.put(key.toByteArray(), value.toByteArray()));
    }

    private static void put(KeyRow row, BoltWriter.Bucket into) {
        if (Thread.currentThread().isInterrupted()) {
            throw EtcdError.STOPPED.exception();
        }
        KeyValue.Builder value = KeyValue.newBuilder().setKey(row.key());
        if (!row.tombstone()) {
            value.setCreateRevision(row.createRevision())
                    .setModRevision(row.revision().main())
                    .setVersion(row.version())
                    .setValue(row.value())
                    .setLease(row.lease());
        }
        ByteBuffer key = ByteBuffer.allocate(RevisionKey.MAX_BYTES);
        RevisionKey.put(row.revision().main(), row.revision().sub(), row.tombstone(), key);
        into.put(key.flip(), ByteBuffer.wrap(value.build().toByteArray()));
    }

    /** etcd knows its revision from the first start on, which is left out here. */
    private void authentication(BoltWriter.Bucket into) {
        ByteString enabled = view.get(Table.AUTH, AuthTables.ENABLED);
        if (enabled != null) {
            put(into, EtcdSchema.AUTH_ENABLED, enabled.toByteArray());
        }
        ByteString revision = view.get(Table.AUTH, AuthTables.REVISION);
        put(
                into,
                EtcdSchema.AUTH_REVISION,
                revision == null ? EtcdSchema.number(AuthTables.FIRST_REVISION) : revision.toByteArray());
    }

    private void cluster(BoltWriter.Bucket into) {
        for (String name : new String[] {EtcdSchema.CLUSTER_VERSION, EtcdSchema.DOWNGRADE}) {
            ByteString value = view.get(Table.CLUSTER, ByteString.copyFromUtf8(name));
            if (value != null) {
                put(into, name, value.toByteArray());
            }
        }
    }

    private void meta(BoltWriter.Bucket into) {
        put(into, EtcdSchema.CONF_STATE, EtcdSchema.confState(Membership.confState(view)));
        put(into, EtcdSchema.CONSISTENT_INDEX, EtcdSchema.number(view.applied().index()));
        compaction(into, EtcdSchema.FINISHED_COMPACT, view.counter(Counter.FINISHED_COMPACT_REVISION));
        compaction(into, EtcdSchema.SCHEDULED_COMPACT, view.counter(Counter.COMPACT_REVISION));
        MinorVersion version = StorageVersion.of(view);
        if (version != null && version.compareTo(RECORDED_FROM) >= 0) {
            put(into, EtcdSchema.STORAGE_VERSION, EtcdSchema.bytes(version.toString()));
        }
        put(into, EtcdSchema.TERM, EtcdSchema.number(view.applied().term()));
    }

    private static void compaction(BoltWriter.Bucket into, String name, long revision) {
        if (revision > 0) {
            put(into, name, new RevisionKey(revision, 0, false).bytes());
        }
    }

    private static void put(BoltWriter.Bucket into, String name, byte[] value) {
        into.put(ByteString.copyFromUtf8(name).toByteArray(), value);
    }
}
