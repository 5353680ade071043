package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Applied;
import io.drawbore.api.KeyRow;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.Revision;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.Vfs;
import io.drawbore.apply.StoreContent;
import io.drawbore.auth.AuthTables;
import io.drawbore.bbolt.BoltBucket;
import io.drawbore.bbolt.BoltCursor;
import io.drawbore.bbolt.EtcdBucket;
import io.drawbore.bbolt.EtcdFile;
import io.drawbore.bbolt.EtcdSchema;
import io.drawbore.bbolt.RevisionKey;
import io.drawbore.membership.Member;
import io.drawbore.membership.StorageVersion;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.leasepb.Lease;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link EtcdSnapshot} or an etcd of 3.5 to 3.7 has written. Each item is held against what it must be, in
 * every walk: a file that passed {@link #verify} can be installed. What a store here has no place for is refused and
 * not passed over, for the members that have it would apply later entries in another way.
 *
 * <p>The main revision is no number of the file: it is that of the last change, as in etcd, whose compactions always
 * leave that one.
 */
final class EtcdSnapshotReader implements StoreContent, AutoCloseable {
    /** The first whose files say which they are. */
    private static final MinorVersion SAYS_VERSION = new MinorVersion(3, 6);

    private static final ByteString REMOVED = ByteString.copyFromUtf8(EtcdSchema.REMOVED);

    private final EtcdFile file;
    private final Path name;
    private final Applied applied;
    private final long compactRevision;
    private final long finishedCompactRevision;

    private EtcdSnapshotReader(EtcdFile file, Path name) {
        this.file = file;
        this.name = name;
        BoltBucket meta = file.bucket(EtcdBucket.META);
        applied = new Applied(number(meta, EtcdSchema.CONSISTENT_INDEX), number(meta, EtcdSchema.TERM));
        compactRevision = file.compaction(EtcdSchema.SCHEDULED_COMPACT);
        finishedCompactRevision = file.compaction(EtcdSchema.FINISHED_COMPACT);
    }

    /**
     * Opens a file.
     *
     * @throws StorageException where it can't be read or is none of an etcd's
     */
    static EtcdSnapshotReader open(Vfs vfs, Path name) {
        EtcdFile file = EtcdFile.open(vfs, name);
        try {
            return new EtcdSnapshotReader(file, name);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Reads all of it.
     *
     * @param newest above which its storage version may not be
     * @throws StorageException where anything in it is not as it must be
     */
    void verify(MinorVersion newest) {
        file.file().check();
        onlyKnownBuckets();
        version(newest);
        require(compactRevision >= finishedCompactRevision, EtcdBucket.META, "a compaction ends before it begins");
        rows(_ -> {});
        values((_, _, _) -> {});
    }

    @Override
    public Applied applied() {
        return applied;
    }

    @Override
    public long compactRevision() {
        return compactRevision;
    }

    @Override
    public long finishedCompactRevision() {
        return finishedCompactRevision;
    }

    @Override
    public long rows(Consumer<KeyRow> each) {
        long revision = Math.max(1, compactRevision);
        BoltCursor cursor = file.bucket(EtcdBucket.KEY).cursor();
        while (cursor.next()) {
            KeyRow row = row(cursor.key(), ByteString.copyFrom(cursor.value()));
            revision = Math.max(revision, row.revision().main());
            each.accept(row);
        }
        return revision;
    }

    private KeyRow row(byte[] key, ByteString value) {
        try {
            RevisionKey at = RevisionKey.of(key);
            Revision revision = new Revision(at.main(), at.sub());
            KeyValue kv = KeyValue.parseFrom(value);
            require(!kv.getKey().isEmpty(), EtcdBucket.KEY, "no key at " + revision);
            if (at.tombstone()) {
                return KeyRow.tombstone(revision, kv.getKey());
            }
            require(
                    kv.getModRevision() == at.main()
                            && kv.getCreateRevision() > 0
                            && kv.getCreateRevision() <= at.main()
                            && kv.getVersion() > 0,
                    EtcdBucket.KEY,
                    "the change at " + revision + " says that it is another");
            return KeyRow.put(
                    revision, kv.getKey(), kv.getCreateRevision(), kv.getVersion(), kv.getLease(), kv.getValue());
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw file.corrupt(EtcdBucket.KEY, e.getMessage());
        }
    }

    @Override
    public void values(TableVisitor each) {
        copy(EtcdBucket.ALARM, Table.ALARM, EtcdSnapshotReader::isAlarm, each);
        copy(EtcdBucket.AUTH, Table.AUTH, EtcdSnapshotReader::isAuthentication, (table, key, value) -> {
            // the first revision is left out here
            if (!key.equals(AuthTables.REVISION) || !value.equals(AuthTables.number(AuthTables.FIRST_REVISION))) {
                each.visit(table, key, value);
            }
        });
        copy(EtcdBucket.AUTH_ROLES, Table.AUTH_ROLE, EtcdSnapshotReader::isRole, each);
        copy(EtcdBucket.AUTH_USERS, Table.AUTH_USER, EtcdSnapshotReader::isUser, each);
        copy(EtcdBucket.CLUSTER, Table.CLUSTER, EtcdSnapshotReader::isFactOfCluster, each);
        copy(EtcdBucket.LEASE, Table.LEASE, EtcdSnapshotReader::isLease, each);
        copy(EtcdBucket.MEMBERS, Table.MEMBER, EtcdSnapshotReader::isMember, each);
        copy(EtcdBucket.MEMBERS_REMOVED, Table.MEMBER_REMOVED, EtcdSnapshotReader::isRemoved, each);
        String version = file.storageVersion();
        if (!version.isEmpty()) {
            each.visit(Table.CLUSTER, StorageVersion.key(), ByteString.copyFromUtf8(version));
        }
    }

    /** Says whether an item of a bucket is what that bucket holds. */
    private interface Check {
        boolean holds(ByteString key, ByteString value) throws InvalidProtocolBufferException;
    }

    private void copy(EtcdBucket from, Table into, Check check, TableVisitor each) {
        BoltCursor cursor = file.bucket(from).cursor();
        while (cursor.next()) {
            ByteString key = ByteString.copyFrom(cursor.key());
            ByteString value = ByteString.copyFrom(cursor.value());
            boolean holds;
            try {
                holds = check.holds(key, value);
            } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
                throw file.corrupt(from, e.getMessage());
            }
            require(holds, from, "an item that is none of it");
            each.visit(into, key, value);
        }
    }

    private static boolean isAlarm(ByteString key, ByteString value) throws InvalidProtocolBufferException {
        var _ = AlarmMember.parseFrom(key);
        return value.isEmpty();
    }

    private static boolean isAuthentication(ByteString key, ByteString value) {
        return key.equals(AuthTables.ENABLED)
                ? value.equals(AuthTables.flag(true)) || value.equals(AuthTables.flag(false))
                : key.equals(AuthTables.REVISION) && value.size() == Long.BYTES;
    }

    private static boolean isRole(ByteString key, ByteString value) throws InvalidProtocolBufferException {
        return Role.parseFrom(value).getName().equals(key);
    }

    private static boolean isUser(ByteString key, ByteString value) throws InvalidProtocolBufferException {
        return User.parseFrom(value).getName().equals(key);
    }

    private static boolean isFactOfCluster(ByteString key, ByteString value) {
        String name = key.toStringUtf8();
        return !value.isEmpty() && (name.equals(EtcdSchema.CLUSTER_VERSION) || name.equals(EtcdSchema.DOWNGRADE));
    }

    private static boolean isLease(ByteString key, ByteString value) throws InvalidProtocolBufferException {
        return Lease.parseFrom(value).getID() == EtcdSchema.number(key.toByteArray());
    }

    private static boolean isMember(ByteString key, ByteString value) {
        return Member.fromJson(value).id() == EtcdSchema.memberId(key.toByteArray());
    }

    private static boolean isRemoved(ByteString key, ByteString value) {
        long id = EtcdSchema.memberId(key.toByteArray());
        return id != 0 && value.equals(REMOVED);
    }

    private void onlyKnownBuckets() {
        BoltCursor buckets = file.file().root().cursor();
        while (buckets.next()) {
            byte[] found = buckets.key();
            boolean known = Arrays.stream(EtcdBucket.values()).anyMatch(one -> Arrays.equals(one.nameBytes(), found));
            if (!known) {
                throw new StorageException(
                        name + ": there is no place here for bucket " + ByteString.copyFrom(found).toStringUtf8());
            }
        }
    }

    private void version(MinorVersion newest) {
        String found = file.storageVersion();
        boolean known = found.isEmpty()
                || MinorVersion.of(found)
                        .filter(version -> version.toString().equals(found))
                        .filter(version -> version.compareTo(SAYS_VERSION) >= 0 && version.compareTo(newest) <= 0)
                        .isPresent();
        if (!known) {
            throw new StorageException(
                    name + ": its storage version is " + found + ", the newest known here is " + newest);
        }
    }

    private long number(BoltBucket meta, String key) {
        byte @Nullable [] value = meta.get(EtcdSchema.bytes(key));
        if (value == null || value.length != Long.BYTES || value[0] < 0) {
            throw file.corrupt(EtcdBucket.META, key + " is missing or no number");
        }
        return EtcdSchema.number(value);
    }

    private void require(boolean condition, EtcdBucket bucket, String otherwise) {
        if (!condition) {
            throw file.corrupt(bucket, otherwise);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
