package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.auth.Requester;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.membershippb.Attributes;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.ArrayList;
import java.util.List;

/** Builds a raft log entry by entry. */
final class Log {
    static final long MEMBER = 0x8e9e05c52164694dL;

    final List<Entry> entries = new ArrayList<>();
    private long term = 1;
    private Requester requester = Requester.NOBODY;

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    Log term(long next) {
        term = next;
        return this;
    }

    /** Whatever is asked from now on is asked by a user known since an auth revision. */
    Log as(String user, long authRevision) {
        requester = new Requester(user, authRevision);
        return this;
    }

    Log noOp() {
        return add(EntryType.EntryNormal, ByteString.EMPTY);
    }

    Log put(String key, String value) {
        return request(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value))));
    }

    Log putKeepingValue(String key) {
        return request(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder().setKey(bytes(key)).setIgnoreValue(true)));
    }

    Log delete(String from, String to) {
        return request(InternalRaftRequest.newBuilder()
                .setDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(from)).setRangeEnd(bytes(to))));
    }

    Log putBoth(String one, String two, String value) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (String key : List.of(one, two)) {
            txn.addSuccess(RequestOp.newBuilder()
                    .setRequestPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value))));
        }
        return request(InternalRaftRequest.newBuilder().setTxn(txn));
    }

    Log grant(long id, long ttl) {
        return request(InternalRaftRequest.newBuilder()
                .setLeaseGrant(LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl)));
    }

    Log revoke(long id) {
        return request(
                InternalRaftRequest.newBuilder().setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(id)));
    }

    Log checkpoint(long id, long remaining) {
        return request(InternalRaftRequest.newBuilder()
                .setLeaseCheckpoint(LeaseCheckpointRequest.newBuilder()
                        .addCheckpoints(LeaseCheckpoint.newBuilder().setID(id).setRemainingTTL(remaining))));
    }

    Log putWithLease(String key, String value, long lease) {
        return request(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setLease(lease)));
    }

    Log putKeepingLease(String key, String value) {
        return request(InternalRaftRequest.newBuilder()
                .setPut(PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setIgnoreLease(true)));
    }

    Log deleteInTxn(String key) {
        return request(InternalRaftRequest.newBuilder()
                .setTxn(TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder()
                                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key))))));
    }

    Log alarm(AlarmRequest.AlarmAction action, long memberId, AlarmType type) {
        return request(InternalRaftRequest.newBuilder()
                .setAlarm(AlarmRequest.newBuilder().setAction(action).setMemberID(memberId).setAlarm(type)));
    }

    Log addMember(long id, String peerUrl) {
        return change(
                ConfChangeType.ConfChangeAddNode, id, new Member(id, List.of(peerUrl), false, "", List.of()).toJson());
    }

    Log addLearner(long id, String peerUrl, int maxLearners) {
        return change(
                ConfChangeType.ConfChangeAddLearnerNode,
                id,
                ChangeContext.learner(new Member(id, List.of(peerUrl), true, "", List.of()), maxLearners).toJson());
    }

    /** As etcd's members write it, which do not say how many there may be. */
    Log addLearner(long id, String peerUrl) {
        return change(
                ConfChangeType.ConfChangeAddLearnerNode,
                id,
                new Member(id, List.of(peerUrl), true, "", List.of()).toJson());
    }

    Log promote(long id) {
        return change(ConfChangeType.ConfChangeAddNode, id, ChangeContext.promotion(id).toJson());
    }

    Log updateMember(long id, String peerUrl) {
        return change(
                ConfChangeType.ConfChangeUpdateNode,
                id,
                new Member(id, List.of(peerUrl), false, "", List.of()).toJson());
    }

    Log removeMember(long id) {
        return change(ConfChangeType.ConfChangeRemoveNode, id, ByteString.EMPTY);
    }

    private Log change(ConfChangeType type, long id, ByteString context) {
        ConfChange change = ConfChange.newBuilder()
                .setType(type)
                .setNodeId(id)
                .setContext(context)
                .build();
        return add(EntryType.EntryConfChange, change.toByteString());
    }

    Log attributes(long id, String name, String clientUrl) {
        return request(InternalRaftRequest.newBuilder()
                .setClusterMemberAttrSet(ClusterMemberAttrSetRequest.newBuilder()
                        .setMemberID(id)
                        .setMemberAttributes(
                                Attributes.newBuilder().setName(name).addClientUrls(clientUrl))));
    }

    Log clusterVersion(String version) {
        return request(InternalRaftRequest.newBuilder()
                .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer(version)));
    }

    Log downgrade(boolean enabled, String version) {
        return request(InternalRaftRequest.newBuilder()
                .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder().setEnabled(enabled).setVer(version)));
    }

    Log authEnable() {
        return request(InternalRaftRequest.newBuilder().setAuthEnable(AuthEnableRequest.getDefaultInstance()));
    }

    Log authDisable() {
        return request(InternalRaftRequest.newBuilder().setAuthDisable(AuthDisableRequest.getDefaultInstance()));
    }

    Log authenticate(String user, String token) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthenticate(InternalAuthenticateRequest.newBuilder().setName(user).setSimpleToken(token)));
    }

    Log addUser(String name, String hashedPassword) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthUserAdd(AuthUserAddRequest.newBuilder().setName(name).setHashedPassword(hashedPassword)));
    }

    Log deleteUser(String name) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthUserDelete(AuthUserDeleteRequest.newBuilder().setName(name)));
    }

    Log changePassword(String name, String hashedPassword) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthUserChangePassword(AuthUserChangePasswordRequest.newBuilder()
                        .setName(name)
                        .setHashedPassword(hashedPassword)));
    }

    Log grantRole(String user, String role) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthUserGrantRole(AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role)));
    }

    Log revokeRole(String user, String role) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthUserRevokeRole(AuthUserRevokeRoleRequest.newBuilder().setName(user).setRole(role)));
    }

    Log addRole(String name) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthRoleAdd(AuthRoleAddRequest.newBuilder().setName(name)));
    }

    Log deleteRole(String name) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthRoleDelete(AuthRoleDeleteRequest.newBuilder().setRole(name)));
    }

    Log permit(String role, Permission.Type type, String key, String end) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthRoleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                        .setName(role)
                        .setPerm(Permission.newBuilder()
                                .setPermType(type)
                                .setKey(bytes(key))
                                .setRangeEnd(bytes(end)))));
    }

    Log forbid(String role, String key, String end) {
        return request(InternalRaftRequest.newBuilder()
                .setAuthRoleRevokePermission(AuthRoleRevokePermissionRequest.newBuilder()
                        .setRole(role)
                        .setKey(bytes(key))
                        .setRangeEnd(bytes(end))));
    }

    Log request(InternalRaftRequest.Builder request) {
        request.setHeader(RequestHeader.newBuilder()
                .setID(entries.size() + 1L)
                .setUsername(requester.user())
                .setAuthRevision(requester.authRevision()));
        return add(EntryType.EntryNormal, request.build().toByteString());
    }

    Log add(EntryType type, ByteString data) {
        entries.add(Entry.newBuilder()
                .setType(type)
                .setTerm(term)
                .setIndex(entries.size() + 1L)
                .setData(data)
                .build());
        return this;
    }
}
