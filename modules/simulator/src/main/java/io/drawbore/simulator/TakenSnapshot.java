package io.drawbore.simulator;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.bbolt.BoltBucket;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.BoltFile;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import io.drawbore.testkit.FaultVfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * A snapshot that a client took, restored to what it holds: an answer to a read of everything at its revision, which a
 * history judges like any other.
 */
final class TakenSnapshot {
    /** The read that it answers, by a member that may be behind. */
    static final RangeRequest EVERYTHING = RangeRequest.newBuilder()
            .setKey(ByteString.copyFrom(new byte[1]))
            .setRangeEnd(ByteString.copyFrom(new byte[1]))
            .setSerializable(true)
            .build();

    private static final Path FOLDER = Path.of("/taken");
    private static final Path FILE = FOLDER.resolve("snapshot.db");

    private TakenSnapshot() {}

    /**
     * Restores it.
     *
     * @param messages all that the client was sent: the file, and its digest at the end
     * @throws StorageException if it is not whole
     */
    static RangeResponse restored(List<SnapshotResponse> messages) {
        ByteString file = messages.subList(0, messages.size() - 1).stream()
                .map(SnapshotResponse::getBlob)
                .reduce(ByteString.EMPTY, ByteString::concat);
        if (!sha256(file).equals(messages.getLast().getBlob())) {
            throw new StorageException("the snapshot's digest is not that of its bytes");
        }
        try (BoltFile bolt = BoltFile.open(onDisk(file), FILE)) {
            bolt.check();
            BoltBucket keys = bolt.bucket(EtcdBucket.KEY.nameBytes());
            if (keys == null) {
                throw new StorageException("the snapshot has no keys");
            }
            return answer(keys.cursor());
        }
    }

    private static RangeResponse answer(BoltCursor changes) {
        TreeMap<ByteString, KeyValue> there = new TreeMap<>(
                Comparator.comparing(ByteString::toByteArray, Arrays::compareUnsigned));
        long revision = 1;
        while (changes.next()) {
            RevisionKey at = RevisionKey.of(changes.key());
            revision = at.main();
            KeyValue kv = parsed(changes.value());
            if (at.tombstone()) {
                there.remove(kv.getKey());
            } else {
                there.put(kv.getKey(), kv);
            }
        }
        return RangeResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder().setRevision(revision))
                .addAllKvs(there.values())
                .setCount(there.size())
                .build();
    }

    private static KeyValue parsed(byte[] value) {
        try {
            return KeyValue.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("a value of the snapshot is none", e);
        }
    }

    private static Vfs onDisk(ByteString bytes) {
        FaultVfs disk = new FaultVfs();
        try {
            disk.createFolder(FOLDER);
            try (VfsFile file = disk.open(FILE, Vfs.Mode.CREATE)) {
                file.write(bytes.asReadOnlyByteBuffer(), 0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return disk;
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
                digest.update(part);
            }
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
