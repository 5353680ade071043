package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.AuthDisableRequest;
import io.drawbore.proto.etcdserverpb.AuthDisableResponse;
import io.drawbore.proto.etcdserverpb.AuthEnableRequest;
import io.drawbore.proto.etcdserverpb.AuthEnableResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGetRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGetResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleListRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleListResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.drawbore.proto.etcdserverpb.AuthStatusRequest;
import io.drawbore.proto.etcdserverpb.AuthStatusResponse;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddResponse;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordResponse;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGetRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGetResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleResponse;
import io.drawbore.proto.etcdserverpb.AuthUserListRequest;
import io.drawbore.proto.etcdserverpb.AuthUserListResponse;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import io.drawbore.proto.etcdserverpb.AuthenticateRequest;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import java.util.concurrent.CompletableFuture;

/**
 * What a client can ask of users and roles. Like {@link FrontDoor}: any thread may call, no call blocks, and what is
 * refused completes with an {@link EtcdException}. All go through raft, also those that only read.
 */
public interface AuthDoor {
    /** Checks a user's password and gives a token; the members that share the log all know it. */
    CompletableFuture<AuthenticateResponse> authenticate(AuthenticateRequest request, Caller caller);

    /** Turns authentication on. */
    CompletableFuture<AuthEnableResponse> enable(AuthEnableRequest request, Caller caller);

    /** Turns authentication off. */
    CompletableFuture<AuthDisableResponse> disable(AuthDisableRequest request, Caller caller);

    /** Tells whether it is on; anybody may ask. */
    CompletableFuture<AuthStatusResponse> status(AuthStatusRequest request, Caller caller);

    /** Adds a user. */
    CompletableFuture<AuthUserAddResponse> userAdd(AuthUserAddRequest request, Caller caller);

    /** Tells a user's roles. */
    CompletableFuture<AuthUserGetResponse> userGet(AuthUserGetRequest request, Caller caller);

    /** Tells all users. */
    CompletableFuture<AuthUserListResponse> userList(AuthUserListRequest request, Caller caller);

    /** Deletes a user. */
    CompletableFuture<AuthUserDeleteResponse> userDelete(AuthUserDeleteRequest request, Caller caller);

    /** Gives a user another password. */
    CompletableFuture<AuthUserChangePasswordResponse> userChangePassword(
            AuthUserChangePasswordRequest request, Caller caller);

    /** Gives a user a role. */
    CompletableFuture<AuthUserGrantRoleResponse> userGrantRole(AuthUserGrantRoleRequest request, Caller caller);

    /** Takes a role from a user. */
    CompletableFuture<AuthUserRevokeRoleResponse> userRevokeRole(AuthUserRevokeRoleRequest request, Caller caller);

    /** Adds a role. */
    CompletableFuture<AuthRoleAddResponse> roleAdd(AuthRoleAddRequest request, Caller caller);

    /** Tells a role's permissions. */
    CompletableFuture<AuthRoleGetResponse> roleGet(AuthRoleGetRequest request, Caller caller);

    /** Tells all roles. */
    CompletableFuture<AuthRoleListResponse> roleList(AuthRoleListRequest request, Caller caller);

    /** Deletes a role. */
    CompletableFuture<AuthRoleDeleteResponse> roleDelete(AuthRoleDeleteRequest request, Caller caller);

    /** Gives a role a permission. */
    CompletableFuture<AuthRoleGrantPermissionResponse> roleGrantPermission(
            AuthRoleGrantPermissionRequest request, Caller caller);

    /** Takes a permission from a role. */
    CompletableFuture<AuthRoleRevokePermissionResponse> roleRevokePermission(
            AuthRoleRevokePermissionRequest request, Caller caller);
}
