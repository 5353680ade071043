package io.drawbore.apply;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.Command;
import io.drawbore.api.StorageException;
import io.drawbore.api.UntranslatableException;
import io.drawbore.api.V2Translator;
import io.drawbore.auth.Requester;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.Request;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of the log to commands. An entry that is not understood stops the member before it is applied: to pass over it
 * would make this store another than those of the members that do understand it.
 */
final class EntryDecoder {
    private final V2Translator v2;

    /** Reads the log of a cluster in which v2 requests mean what this says. */
    EntryDecoder(V2Translator v2) {
        this.v2 = v2;
    }

    DecodedEntry decode(Entry entry) {
        try {
            return switch (entry.getType()) {
                case EntryNormal -> normal(entry);
                case EntryConfChange -> membership(ConfChange.parseFrom(entry.getData()));
                case EntryConfChangeV2 ->
                    new DecodedEntry(0, new Command.MembershipChange(ConfChangeV2.parseFrom(entry.getData())));
            };
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException(at(entry) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private DecodedEntry normal(Entry entry) throws InvalidProtocolBufferException {
        if (entry.getData().isEmpty()) {
            return new DecodedEntry(0, new Command.NoOp());
        }
        InternalRaftRequest request;
        try {
            request = InternalRaftRequest.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException e) {
            return translated(entry, bareV2(entry, e));
        }
        if (request.hasV2()) {
            return translated(entry, request.getV2());
        }
        long id = request.getID() != 0 ? request.getID() : request.getHeader().getID();
        RequestHeader header = request.getHeader();
        Requester requester = header.getUsername().isEmpty() && header.getAuthRevision() == 0
                ? Requester.NOBODY
                : new Requester(header.getUsername(), header.getAuthRevision());
        return new DecodedEntry(id, requester, command(entry, request));
    }

    /**
     * A v2 request without an envelope, as members up to 3.5 write them. None can be taken for an envelope: its method
     * would have to be a message.
     */
    private static Request bareV2(Entry entry, InvalidProtocolBufferException noEnvelope)
            throws InvalidProtocolBufferException {
        Request request;
        try {
            request = Request.parseFrom(entry.getData());
        } catch (InvalidProtocolBufferException e) {
            throw noEnvelope;
        }
        if (!request.hasMethod()) {
            throw noEnvelope;
        }
        return request;
    }

    private DecodedEntry translated(Entry entry, Request request) {
        try {
            return new DecodedEntry(request.getID(), v2.translate(request));
        } catch (UntranslatableException e) {
            throw new StorageException(
                    at(entry) + " holds a v2 request that has no meaning here, " + request.getMethod() + " "
                            + request.getPath() + ": " + e.getMessage(),
                    e);
        }
    }

    private static Command command(Entry entry, InternalRaftRequest request) {
        if (request.hasPut()) {
            return new Command.Put(request.getPut());
        }
        if (request.hasTxn()) {
            return new Command.Txn(request.getTxn());
        }
        if (request.hasDeleteRange()) {
            return new Command.DeleteRange(request.getDeleteRange());
        }
        if (request.hasLeaseGrant()) {
            return new Command.LeaseGrant(request.getLeaseGrant());
        }
        if (request.hasLeaseRevoke()) {
            return new Command.LeaseRevoke(request.getLeaseRevoke());
        }
        if (request.hasLeaseCheckpoint()) {
            return new Command.LeaseCheckpoint(request.getLeaseCheckpoint());
        }
        if (request.hasCompaction()) {
            return new Command.Compact(request.getCompaction());
        }
        if (request.hasAlarm()) {
            return new Command.Alarm(request.getAlarm());
        }
        if (request.hasClusterMemberAttrSet()) {
            return new Command.MemberAttributes(request.getClusterMemberAttrSet());
        }
        if (request.hasClusterVersionSet()) {
            return new Command.ClusterVersion(request.getClusterVersionSet());
        }
        if (request.hasDowngradeInfoSet()) {
            return new Command.Downgrade(request.getDowngradeInfoSet());
        }
        if (request.hasRange() || request.hasDowngradeVersionTest()) {
            // a read that an older member sent through the log, for which nobody here waits; and a request that etcd's
            // own tests put into logs: neither changes anything
            return new Command.NoOp();
        }
        refusePlainPasswords(entry, request);
        Command.Auth auth = auth(request);
        if (auth != null) {
            return auth;
        }
        throw new StorageException(at(entry) + " holds a request this version cannot apply ("
                + request.getAllFields().keySet().stream()
                        .map(field -> field.getName())
                        .filter(name -> !name.equals("header") && !name.equals("ID"))
                        .toList()
                + "); start a version that knows it");
    }

    /**
     * Members before 3.5 put passwords into the log and each hashed them for itself, with salt of its own: no two
     * stores were alike.
     */
    private static void refusePlainPasswords(Entry entry, InternalRaftRequest request) {
        AuthUserAddRequest added = request.getAuthUserAdd();
        AuthUserChangePasswordRequest changed = request.getAuthUserChangePassword();
        if ((!added.getPassword().isEmpty() && added.getHashedPassword().isEmpty())
                || (!changed.getPassword().isEmpty() && changed.getHashedPassword().isEmpty())) {
            throw new StorageException(at(entry) + " holds a password that is not hashed, as only members before 3.5"
                    + " write it; let them take a snapshot, and start this member from that");
        }
    }

    private static Command.@Nullable Auth auth(InternalRaftRequest request) {
        if (request.hasAuthenticate()) {
            return new Command.Auth.Authenticate(request.getAuthenticate());
        }
        if (request.hasAuthEnable()) {
            return new Command.Auth.Enable(request.getAuthEnable());
        }
        if (request.hasAuthDisable()) {
            return new Command.Auth.Disable(request.getAuthDisable());
        }
        if (request.hasAuthStatus()) {
            return new Command.Auth.Status(request.getAuthStatus());
        }
        Command.Auth user = authUser(request);
        return user != null ? user : authRole(request);
    }

    private static Command.@Nullable Auth authUser(InternalRaftRequest request) {
        if (request.hasAuthUserAdd()) {
            return new Command.Auth.UserAdd(request.getAuthUserAdd());
        }
        if (request.hasAuthUserDelete()) {
            return new Command.Auth.UserDelete(request.getAuthUserDelete());
        }
        if (request.hasAuthUserGet()) {
            return new Command.Auth.UserGet(request.getAuthUserGet());
        }
        if (request.hasAuthUserChangePassword()) {
            return new Command.Auth.UserChangePassword(request.getAuthUserChangePassword());
        }
        if (request.hasAuthUserGrantRole()) {
            return new Command.Auth.UserGrantRole(request.getAuthUserGrantRole());
        }
        if (request.hasAuthUserRevokeRole()) {
            return new Command.Auth.UserRevokeRole(request.getAuthUserRevokeRole());
        }
        return request.hasAuthUserList() ? new Command.Auth.UserList(request.getAuthUserList()) : null;
    }

    private static Command.@Nullable Auth authRole(InternalRaftRequest request) {
        if (request.hasAuthRoleAdd()) {
            return new Command.Auth.RoleAdd(request.getAuthRoleAdd());
        }
        if (request.hasAuthRoleDelete()) {
            return new Command.Auth.RoleDelete(request.getAuthRoleDelete());
        }
        if (request.hasAuthRoleGet()) {
            return new Command.Auth.RoleGet(request.getAuthRoleGet());
        }
        if (request.hasAuthRoleList()) {
            return new Command.Auth.RoleList(request.getAuthRoleList());
        }
        if (request.hasAuthRoleGrantPermission()) {
            return new Command.Auth.RoleGrantPermission(request.getAuthRoleGrantPermission());
        }
        return request.hasAuthRoleRevokePermission()
                ? new Command.Auth.RoleRevokePermission(request.getAuthRoleRevokePermission())
                : null;
    }

    /** The old form of a change, which is the only one etcd writes, in the words of the new. */
    private static DecodedEntry membership(ConfChange change) {
        ConfChangeV2 translated = ConfChangeV2.newBuilder()
                .addChanges(ConfChangeSingle.newBuilder()
                        .setType(change.getType())
                        .setNodeId(change.getNodeId()))
                .setContext(change.getContext())
                .build();
        return new DecodedEntry(change.getId(), new Command.MembershipChange(translated));
    }

    private static String at(Entry entry) {
        return "log entry " + entry.getTerm() + "/" + entry.getIndex();
    }
}
