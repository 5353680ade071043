package io.drawbore.tools;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Vfs;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdFile;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.mvcc.ForeignHistory;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A database file of an etcd, or a snapshot, open for reading. */
final class SnapshotFile implements ForeignHistory.Rows, AutoCloseable {
    private final EtcdFile file;

    private SnapshotFile(EtcdFile file) {
        this.file = file;
    }

    static SnapshotFile open(Vfs vfs, Path name) {
        return new SnapshotFile(EtcdFile.open(vfs, name));
    }

    EtcdFile content() {
        return file;
    }

    /** The compaction that was ordered last; 0 before one. */
    long compactRevision() {
        return Math.max(file.compaction(EtcdSchema.SCHEDULED_COMPACT), file.compaction(EtcdSchema.FINISHED_COMPACT));
    }

    @Override
    public void forEach(Consumer<KeyRow> each) {
        BoltCursor cursor = file.bucket(EtcdBucket.KEY).cursor();
        while (cursor.next()) {
            each.accept(row(revision(cursor.key()), cursor.value()));
        }
    }

    private KeyRow row(RevisionKey at, byte[] value) {
        KeyValue kv = keyValue(value);
        Revision revision = revision(at);
        return at.tombstone()
                ? KeyRow.tombstone(revision, kv.getKey())
                : KeyRow.put(
                        revision, kv.getKey(), kv.getCreateRevision(), kv.getVersion(), kv.getLease(), kv.getValue());
    }

    private Revision revision(RevisionKey at) {
        try {
            return new Revision(at.main(), at.sub());
        } catch (IllegalArgumentException e) {
            throw file.corrupt(EtcdBucket.KEY, String.valueOf(e.getMessage()));
        }
    }

    KeyValue keyValue(byte[] value) {
        try {
            return KeyValue.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw file.corrupt(EtcdBucket.KEY, "a change can't be read: " + e.getMessage());
        }
    }

    RevisionKey revision(byte[] key) {
        try {
            return RevisionKey.of(key);
        } catch (IllegalArgumentException e) {
            throw file.corrupt(EtcdBucket.KEY, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
