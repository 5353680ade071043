package io.drawbore.plugins.internal;

import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
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

/** What a {@link ThroughDoor} lets through of what is asked of users and roles. */
record ThroughAuthDoor(ThroughDoor through) implements AuthDoor {
    @Override
    public CompletableFuture<AuthenticateResponse> authenticate(AuthenticateRequest request, Caller caller) {
        return through.pass(
                DoorMethod.AUTHENTICATE, request, caller, door -> door.auth().authenticate(request, caller));
    }

    @Override
    public CompletableFuture<AuthEnableResponse> enable(AuthEnableRequest request, Caller caller) {
        return through.pass(DoorMethod.AUTH_ENABLE, request, caller, door -> door.auth().enable(request, caller));
    }

    @Override
    public CompletableFuture<AuthDisableResponse> disable(AuthDisableRequest request, Caller caller) {
        return through.pass(DoorMethod.AUTH_DISABLE, request, caller, door -> door.auth().disable(request, caller));
    }

    @Override
    public CompletableFuture<AuthStatusResponse> status(AuthStatusRequest request, Caller caller) {
        return through.pass(DoorMethod.AUTH_STATUS, request, caller, door -> door.auth().status(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserAddResponse> userAdd(AuthUserAddRequest request, Caller caller) {
        return through.pass(DoorMethod.USER_ADD, request, caller, door -> door.auth().userAdd(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserGetResponse> userGet(AuthUserGetRequest request, Caller caller) {
        return through.pass(DoorMethod.USER_GET, request, caller, door -> door.auth().userGet(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserListResponse> userList(AuthUserListRequest request, Caller caller) {
        return through.pass(DoorMethod.USER_LIST, request, caller, door -> door.auth().userList(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserDeleteResponse> userDelete(AuthUserDeleteRequest request, Caller caller) {
        return through.pass(DoorMethod.USER_DELETE, request, caller, door -> door.auth().userDelete(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserChangePasswordResponse> userChangePassword(
            AuthUserChangePasswordRequest request, Caller caller) {
        return through.pass(
                DoorMethod.USER_CHANGE_PASSWORD,
                request,
                caller,
                door -> door.auth().userChangePassword(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserGrantRoleResponse> userGrantRole(AuthUserGrantRoleRequest request, Caller caller) {
        return through.pass(
                DoorMethod.USER_GRANT_ROLE, request, caller, door -> door.auth().userGrantRole(request, caller));
    }

    @Override
    public CompletableFuture<AuthUserRevokeRoleResponse> userRevokeRole(
            AuthUserRevokeRoleRequest request, Caller caller) {
        return through.pass(
                DoorMethod.USER_REVOKE_ROLE, request, caller, door -> door.auth().userRevokeRole(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleAddResponse> roleAdd(AuthRoleAddRequest request, Caller caller) {
        return through.pass(DoorMethod.ROLE_ADD, request, caller, door -> door.auth().roleAdd(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleGetResponse> roleGet(AuthRoleGetRequest request, Caller caller) {
        return through.pass(DoorMethod.ROLE_GET, request, caller, door -> door.auth().roleGet(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleListResponse> roleList(AuthRoleListRequest request, Caller caller) {
        return through.pass(DoorMethod.ROLE_LIST, request, caller, door -> door.auth().roleList(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleDeleteResponse> roleDelete(AuthRoleDeleteRequest request, Caller caller) {
        return through.pass(DoorMethod.ROLE_DELETE, request, caller, door -> door.auth().roleDelete(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleGrantPermissionResponse> roleGrantPermission(
            AuthRoleGrantPermissionRequest request, Caller caller) {
        return through.pass(
                DoorMethod.ROLE_GRANT_PERMISSION,
                request,
                caller,
                door -> door.auth().roleGrantPermission(request, caller));
    }

    @Override
    public CompletableFuture<AuthRoleRevokePermissionResponse> roleRevokePermission(
            AuthRoleRevokePermissionRequest request, Caller caller) {
        return through.pass(
                DoorMethod.ROLE_REVOKE_PERMISSION,
                request,
                caller,
                door -> door.auth().roleRevokePermission(request, caller));
    }
}
