package io.drawbore.bbolt;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A database file of an etcd, or a snapshot of one, open for reading: its buckets by what they hold. One thread. */
public final class EtcdFile implements AutoCloseable {
    private final Path name;
    private final BoltFile file;

    private EtcdFile(Path name, BoltFile file) {
        this.name = name;
        this.file = file;
    }

    /**
     * Opens a file; looks at none of its buckets yet.
     *
     * @throws StorageException where it can't be read or is none of bbolt's
     */
    public static EtcdFile open(Vfs vfs, Path name) {
        return new EtcdFile(name, BoltFile.open(vfs, name));
    }

    /** The same as pages and buckets of any kind. */
    public BoltFile file() {
        return file;
    }

    /**
     * One of the buckets.
     *
     * @throws CorruptionException where it isn't there
     */
    public BoltBucket bucket(EtcdBucket bucket) {
        BoltBucket found = file.bucket(bucket.nameBytes());
        if (found == null) {
            throw corrupt(bucket, "it is not there");
        }
        return found;
    }

    /**
     * The main revision of a compaction; 0 where there was none.
     *
     * @param key which one: {@link EtcdSchema#SCHEDULED_COMPACT} or {@link EtcdSchema#FINISHED_COMPACT}
     * @throws CorruptionException where it is no revision
     */
    public long compaction(String key) {
        byte @Nullable [] value = bucket(EtcdBucket.META).get(EtcdSchema.bytes(key));
        try {
            return value == null ? 0 : RevisionKey.of(value).main();
        } catch (IllegalArgumentException e) {
            throw corrupt(EtcdBucket.META, key + ": " + e.getMessage());
        }
    }

    /** Which etcd wrote it, {@code X.Y.Z}; empty where the file doesn't say, which none of before 3.6 does. */
    public String storageVersion() {
        byte @Nullable [] version = bucket(EtcdBucket.META).get(EtcdSchema.bytes(EtcdSchema.STORAGE_VERSION));
        return version == null ? "" : new String(version, StandardCharsets.UTF_8);
    }

    /** What to throw where something in a bucket is not as it must be. */
    public CorruptionException corrupt(EtcdBucket bucket, @Nullable String what) {
        return new CorruptionException(name + ": bucket " + bucket.bucketName() + ": " + what);
    }

    @Override
    public void close() {
        file.close();
    }
}
