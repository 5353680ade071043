package io.drawbore.migrator.internal;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.StorageException;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.raftpb.Entry;
import java.util.Map;
import java.util.Set;

/**
 * Which version an entry needs: that of its newest part. As etcd does, it looks into messages and not into lists of
 * them, and names only what is newer than 3.0.
 */
final class EntryVersions {
    private static final MinorVersion OLDEST = new MinorVersion(3, 0);
    private static final MinorVersion JOINT_CHANGES = new MinorVersion(3, 4);

    /** What came after 3.0, by its full name: messages, fields and values that an entry can hold. */
    private static final Map<String, MinorVersion> SINCE = Map.ofEntries(
            since("etcdserverpb.RangeRequest.min_mod_revision", 1),
            since("etcdserverpb.RangeRequest.max_mod_revision", 1),
            since("etcdserverpb.RangeRequest.min_create_revision", 1),
            since("etcdserverpb.RangeRequest.max_create_revision", 1),
            since("etcdserverpb.PutRequest.prev_kv", 1),
            since("etcdserverpb.PutRequest.ignore_value", 2),
            since("etcdserverpb.PutRequest.ignore_lease", 2),
            since("etcdserverpb.DeleteRangeRequest.prev_kv", 1),
            since("etcdserverpb.RequestOp.request_txn", 3),
            since("etcdserverpb.Compare.CompareResult.NOT_EQUAL", 1),
            since("etcdserverpb.Compare.CompareTarget.LEASE", 3),
            since("etcdserverpb.Compare.lease", 3),
            since("etcdserverpb.Compare.range_end", 3),
            since("etcdserverpb.RequestHeader.auth_revision", 1),
            since("etcdserverpb.InternalRaftRequest.lease_checkpoint", 4),
            since("etcdserverpb.InternalRaftRequest.auth_status", 5),
            since("etcdserverpb.InternalRaftRequest.cluster_version_set", 5),
            since("etcdserverpb.InternalRaftRequest.cluster_member_attr_set", 5),
            since("etcdserverpb.InternalRaftRequest.downgrade_info_set", 5),
            since("etcdserverpb.InternalRaftRequest.downgrade_version_test", 6),
            since("etcdserverpb.LeaseCheckpointRequest", 4),
            since("etcdserverpb.AuthStatusRequest", 5),
            since("etcdserverpb.AuthUserAddRequest.options", 4),
            since("etcdserverpb.AuthUserAddRequest.hashedPassword", 5),
            since("etcdserverpb.AuthUserChangePasswordRequest.hashedPassword", 5),
            since("etcdserverpb.AlarmType.CORRUPT", 3),
            since("etcdserverpb.DowngradeVersionTestRequest", 6),
            since("membershippb.ClusterVersionSetRequest", 5),
            since("membershippb.ClusterMemberAttrSetRequest", 5),
            since("membershippb.DowngradeInfoSetRequest", 5));

    private EntryVersions() {}

    private static Map.Entry<String, MinorVersion> since(String name, int minor) {
        return Map.entry(name, new MinorVersion(3, minor));
    }

    /** What is newer than 3.0. */
    static Set<String> names() {
        return SINCE.keySet();
    }

    static MinorVersion needs(Entry entry) {
        return switch (entry.getType()) {
            case EntryNormal -> ofRequest(entry);
            case EntryConfChange -> OLDEST;
            case EntryConfChangeV2 -> JOINT_CHANGES;
        };
    }

    private static MinorVersion ofRequest(Entry entry) {
        InternalRaftRequest request;
        try {
            request = InternalRaftRequest.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException e) {
            return ofBareV2(entry, e);
        }
        MinorVersion newest = of(request);
        if (request.hasDowngradeVersionTest()) {
            String said = request.getDowngradeVersionTest().getVer();
            newest = newer(newest, MinorVersion.of(said).orElseThrow(() -> new StorageException(
                    "log entry " + entry.getTerm() + "/" + entry.getIndex() + " tests \"" + said + "\", no version")));
        }
        return newest;
    }

    /** A v2 request without an envelope, as members up to 3.5 write them. */
    private static MinorVersion ofBareV2(Entry entry, InvalidProtocolBufferException noEnvelope) {
        try {
            if (Request.parseFrom(entry.getData()).hasMethod()) {
                return OLDEST;
            }
        } catch (InvalidProtocolBufferException e) {
            noEnvelope.addSuppressed(e);
        }
        throw new StorageException(
                "log entry " + entry.getTerm() + "/" + entry.getIndex() + " cannot be read: "
                        + noEnvelope.getMessage(),
                noEnvelope);
    }

    private static MinorVersion of(Message message) {
        MinorVersion newest = of(message.getDescriptorForType().getFullName());
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            newest = newer(newest, of(field.getKey().getFullName()));
            switch (field.getValue()) {
                case Message inner -> newest = newer(newest, of(inner));
                case EnumValueDescriptor value -> newest = newer(newest, of(value));
                default -> {}
            }
        }
        return newest;
    }

    /** By the enum's name: that of the value alone does not have it in it. */
    private static MinorVersion of(EnumValueDescriptor value) {
        return of(value.getType().getFullName() + "." + value.getName());
    }

    private static MinorVersion of(String name) {
        return SINCE.getOrDefault(name, OLDEST);
    }

    private static MinorVersion newer(MinorVersion one, MinorVersion other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
