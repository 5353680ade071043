package io.drawbore.tools;

import com.google.protobuf.ByteString;
import io.drawbore.api.CorruptionException;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.RevisionKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/** {@code snapshot status}: what a snapshot holds, after all its pages were looked at. */
final class SnapshotStatus {
    private final SnapshotFile snapshot;
    private final CRC32C hash = new CRC32C();
    private final Set<ByteString> keys = new HashSet<>();
    private long revision;

    private SnapshotStatus(SnapshotFile snapshot) {
        this.snapshot = snapshot;
    }

    static Answer answer(Parts parts, Arguments arguments) {
        if (arguments.operands().size() != 1) {
            throw ToolException.badArguments("snapshot status requires exactly one argument");
        }
        Path file = Paths.existing(arguments.operands().getFirst());
        if (Files.isDirectory(file)) {
            throw ToolException.failed(file + " is a directory, not a snapshot");
        }
        try (SnapshotFile snapshot = SnapshotFile.open(parts.vfs(), file)) {
            return of(snapshot);
        }
    }

    /** Of an open one. */
    static Answer of(SnapshotFile snapshot) {
        return new SnapshotStatus(snapshot).read();
    }

    private Answer read() {
        try {
            snapshot.content().file().check();
        } catch (CorruptionException e) {
            throw ToolException.failed("snapshot file integrity check failed. 1 errors found.\n" + e.getMessage());
        }
        long size = snapshot.content().file().size();
        BoltCursor buckets = snapshot.content().file().root().cursor();
        while (buckets.next()) {
            byte[] name = buckets.key();
            hash.update(name);
            bucket(buckets, Arrays.equals(name, EtcdBucket.KEY.nameBytes()));
        }
        return new Answer(
                        new Answer.Column("hash", "Hash", "hash"),
                        new Answer.Column("revision", "Revision", "revision"),
                        new Answer.Column("total keys", "Keys", "totalKey"),
                        new Answer.Column("total size", "Size", "totalSize"),
                        new Answer.Column("version", "Version", "version"))
                .row(
                        new Answer.Value(Long.toHexString(hash.getValue()), hash.getValue()),
                        Answer.Value.of(revision),
                        Answer.Value.of((long) keys.size()),
                        new Answer.Value(ByteSize.text(size), size),
                        Answer.Value.of(snapshot.content().storageVersion()));
    }

    private void bucket(BoltCursor buckets, boolean history) {
        BoltCursor items = buckets.bucket().cursor();
        while (items.next()) {
            byte[] key = items.key();
            byte[] value = items.value();
            hash.update(key);
            hash.update(value);
            if (history) {
                change(snapshot.revision(key), snapshot.keyValue(value).getKey());
            }
        }
    }

    private void change(RevisionKey at, ByteString key) {
        revision = at.main();
        if (at.tombstone()) {
            keys.remove(key);
        } else {
            keys.add(key);
        }
    }
}
