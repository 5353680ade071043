package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import io.drawbore.proto.raftpb.ConfChangeV2;

/**
 * What a raft entry asks of the store. Sealed, and handled by one switch without a default: a new command does not
 * compile until the applier knows it.
 */
public sealed interface Command {
    /** The empty entry with which a leader begins its term. */
    record NoOp() implements Command {}

    /** Gives a key a value. */
    record Put(PutRequest request) implements Command {}

    /** Deletes a key or a range of keys. */
    record DeleteRange(DeleteRangeRequest request) implements Command {}

    /** Compares, then runs one of two lists of operations, all at one revision. */
    record Txn(TxnRequest request) implements Command {}

    /** Grants a lease; its id is never 0, whoever proposed it has chosen one. */
    record LeaseGrant(LeaseGrantRequest request) implements Command {}

    /** Ends a lease and deletes what hangs on it. Whether its time was over is for the proposer to know. */
    record LeaseRevoke(LeaseRevokeRequest request) implements Command {}

    /** Notes how much of some leases is left. */
    record LeaseCheckpoint(LeaseCheckpointRequest request) implements Command {}

    /** Gives up the history below a revision. */
    record Compact(CompactionRequest request) implements Command {}

    /** Raises, clears or lists alarms. */
    record Alarm(AlarmRequest request) implements Command {}

    /**
     * Changes who takes part in raft.
     *
     * @param change the change; its context is the JSON of the member concerned
     */
    record MembershipChange(ConfChangeV2 change) implements Command {}

    /** Sets a member's name and client URLs. */
    record MemberAttributes(ClusterMemberAttrSetRequest request) implements Command {}

    /** Sets the cluster's version. */
    record ClusterVersion(ClusterVersionSetRequest request) implements Command {}

    /** Begins a downgrade of the cluster, or ends it. */
    record Downgrade(DowngradeInfoSetRequest request) implements Command {}

    /** Speaks of users and roles. */
    sealed interface Auth extends Command {
        /** Turns authentication on; nothing where it is. */
        record Enable(AuthEnableRequest request) implements Auth {}

        /** Turns authentication off; nothing where it is off. */
        record Disable(AuthDisableRequest request) implements Auth {}

        /** Tells whether authentication is on. Changes nothing. */
        record Status(AuthStatusRequest request) implements Auth {}

        /** Gives a user a token. The password was checked before it was proposed, and no store keeps tokens. */
        record Authenticate(InternalAuthenticateRequest request) implements Auth {}

        /** Adds a user, with a password that is hashed already. */
        record UserAdd(AuthUserAddRequest request) implements Auth {}

        /** Deletes a user. */
        record UserDelete(AuthUserDeleteRequest request) implements Auth {}

        /** Tells a user's roles. Changes nothing. */
        record UserGet(AuthUserGetRequest request) implements Auth {}

        /** Gives a user another password, hashed already. */
        record UserChangePassword(AuthUserChangePasswordRequest request) implements Auth {}

        /** Gives a user a role. */
        record UserGrantRole(AuthUserGrantRoleRequest request) implements Auth {}

        /** Takes a role from a user. */
        record UserRevokeRole(AuthUserRevokeRoleRequest request) implements Auth {}

        /** Tells all users. Changes nothing. */
        record UserList(AuthUserListRequest request) implements Auth {}

        /** Adds a role without permissions. */
        record RoleAdd(AuthRoleAddRequest request) implements Auth {}

        /** Deletes a role, and takes it from all users. */
        record RoleDelete(AuthRoleDeleteRequest request) implements Auth {}

        /** Tells a role's permissions. Changes nothing. */
        record RoleGet(AuthRoleGetRequest request) implements Auth {}

        /** Tells all roles. Changes nothing. */
        record RoleList(AuthRoleListRequest request) implements Auth {}

        /** Gives a role a permission on a range of keys. */
        record RoleGrantPermission(AuthRoleGrantPermissionRequest request) implements Auth {}

        /** Takes a permission on a range of keys from a role. */
        record RoleRevokePermission(AuthRoleRevokePermissionRequest request) implements Auth {}
    }
}
