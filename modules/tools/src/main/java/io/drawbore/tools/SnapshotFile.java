package io.drawbore.tools;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import io.drawbore.api.Vfs;
import io.drawbore.bbolt.BoltBucket;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.BoltFile;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.mvcc.ForeignHistory;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A database file of an etcd, or a snapshot, open for reading. */
final class SnapshotFile implements ForeignHistory.Rows, AutoCloseable {
    private final Path name;
    private final BoltFile file;

    private SnapshotFile(Path name, BoltFile file) {
        this.name = name;
        this.file = file;
    }

    static SnapshotFile open(Vfs vfs, Path name) {
        return new SnapshotFile(name, BoltFile.open(vfs, name));
    }

    BoltFile file() {
        return file;
    }

    /** The compaction that was ordered last; 0 before one. */
    long compactRevision() {
        return Math.max(compaction(EtcdSchema.SCHEDULED_COMPACT), compaction(EtcdSchema.FINISHED_COMPACT));
    }

    private long compaction(String key) {
        byte[] value = bucket(EtcdBucket.META).get(EtcdSchema.bytes(key));
        return value == null ? 0 : revision(value).main();
    }

    /** Which etcd wrote it; empty where it doesn't say, which none before 3.6 does. */
    String storageVersion() {
        byte[] version = bucket(EtcdBucket.META).get(EtcdSchema.bytes(EtcdSchema.STORAGE_VERSION));
        return version == null ? "" : new String(version, StandardCharsets.UTF_8);
    }

    @Override
    public void forEach(Consumer<KeyRow> each) {
        BoltCursor cursor = bucket(EtcdBucket.KEY).cursor();
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
            throw corrupt(EtcdBucket.KEY, String.valueOf(e.getMessage()));
        }
    }

    KeyValue keyValue(byte[] value) {
        try {
            return KeyValue.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw corrupt(EtcdBucket.KEY, "a change can't be read: " + e.getMessage());
        }
    }

    RevisionKey revision(byte[] key) {
        try {
            return RevisionKey.of(key);
        } catch (IllegalArgumentException e) {
            throw corrupt(EtcdBucket.KEY, String.valueOf(e.getMessage()));
        }
    }

    private BoltBucket bucket(EtcdBucket bucket) {
        BoltBucket found = file.bucket(bucket.nameBytes());
        if (found == null) {
            throw corrupt(bucket, "it is not there");
        }
        return found;
    }

    private CorruptionException corrupt(EtcdBucket bucket, String what) {
        return new CorruptionException(name + ": bucket " + bucket.bucketName() + ": " + what);
    }

    @Override
    public void close() {
        file.close();
    }
}
