package io.drawbore.auth;

import com.google.protobuf.Message;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdError;
import io.drawbore.api.TableChange;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AuthDisableResponse;
import io.drawbore.proto.etcdserverpb.AuthEnableResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGetResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleListResponse;
import io.drawbore.proto.etcdserverpb.AuthStatusResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGetResponse;
import io.drawbore.proto.etcdserverpb.AuthUserListResponse;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What entries do to users, roles and the switch. Each is refused for the same reasons and in the same words as in
 * etcd, and raises the auth revision where etcd's does; who may ask is judged by {@link Access}. Pure.
 *
 * @param state what the tables say before the entry
 * @param header the answer's header
 */
public record AuthCommands(AuthState state, ResponseHeader header) {
    /**
     * What a command does.
     *
     * @param changes what is to be written
     * @param response the answer
     * @param token what becomes of tokens, or null where nothing does
     */
    public record Done(List<TableChange> changes, Message response, @Nullable TokenChange token) {
        Done(List<TableChange> changes, Message response) {
            this(changes, response, null);
        }
    }

    /**
     * Does a command.
     *
     * @param index the entry's, from which a token has its number
     * @throws io.drawbore.api.EtcdException where it is refused
     */
    public Done execute(Command.Auth command, long index) {
        UserCommands users = new UserCommands(state, header);
        RoleCommands roles = new RoleCommands(state, header);
        return switch (command) {
            case Command.Auth.Enable _ -> enable();
            case Command.Auth.Disable _ -> disable();
            case Command.Auth.Status _ -> status();
            case Command.Auth.Authenticate one -> authenticate(one.request(), index);
            case Command.Auth.UserAdd one -> users.add(one.request());
            case Command.Auth.UserDelete one -> users.delete(one.request());
            case Command.Auth.UserGet one -> userGet(one);
            case Command.Auth.UserChangePassword one -> users.changePassword(one.request());
            case Command.Auth.UserGrantRole one -> users.grantRole(one.request());
            case Command.Auth.UserRevokeRole one -> users.revokeRole(one.request());
            case Command.Auth.UserList _ -> userList();
            case Command.Auth.RoleAdd one -> roles.add(one.request());
            case Command.Auth.RoleDelete one -> roles.delete(one.request());
            case Command.Auth.RoleGet one -> roleGet(one);
            case Command.Auth.RoleList _ -> roleList();
            case Command.Auth.RoleGrantPermission one -> roles.grantPermission(one.request());
            case Command.Auth.RoleRevokePermission one -> roles.revokePermission(one.request());
        };
    }

    /** The auth revision stays: users and roles are what they were. */
    private Done enable() {
        AuthEnableResponse response =
                AuthEnableResponse.newBuilder().setHeader(header).build();
        if (state.enabled()) {
            return new Done(List.of(), response);
        }
        User root = state.user(AuthState.ROOT);
        if (root == null) {
            throw EtcdError.ROOT_USER_NOT_EXIST.exception();
        }
        if (!root.getRolesList().contains(AuthState.ROOT)) {
            throw EtcdError.ROOT_ROLE_NOT_EXIST.exception();
        }
        return new Done(List.of(AuthTables.enabled(true)), response);
    }

    private Done disable() {
        AuthDisableResponse response =
                AuthDisableResponse.newBuilder().setHeader(header).build();
        return state.enabled()
                ? new Done(
                        List.of(AuthTables.enabled(false), AuthTables.revision(state.revision() + 1)),
                        response,
                        new TokenChange.AllGone())
                : new Done(List.of(), response);
    }

    private Done status() {
        return new Done(List.of(), AuthStatusResponse.newBuilder()
                .setHeader(header)
                .setEnabled(state.enabled())
                .setAuthRevision(state.revision())
                .build());
    }

    private Done authenticate(InternalAuthenticateRequest request, long index) {
        if (!state.enabled()) {
            throw EtcdError.AUTH_NOT_ENABLED.exception();
        }
        User user = state.user(request.getName());
        if (user == null || user.getOptions().getNoPassword()) {
            throw EtcdError.AUTH_FAILED.exception();
        }
        // etcd takes the index that its store is at, and that is still the entry's before
        String token = request.getSimpleToken() + "." + Long.toUnsignedString(index - 1);
        return new Done(
                List.of(),
                AuthenticateResponse.newBuilder().setHeader(header).setToken(token).build(),
                new TokenChange.Given(token, request.getName()));
    }

    private Done userGet(Command.Auth.UserGet command) {
        User user = state.user(command.request().getName());
        if (user == null) {
            throw EtcdError.USER_NOT_FOUND.exception();
        }
        return new Done(List.of(), AuthUserGetResponse.newBuilder()
                .setHeader(header)
                .addAllRoles(user.getRolesList())
                .build());
    }

    private Done userList() {
        AuthUserListResponse.Builder response = AuthUserListResponse.newBuilder().setHeader(header);
        state.users().forEach(user -> response.addUsers(user.getName().toStringUtf8()));
        return new Done(List.of(), response.build());
    }

    private Done roleGet(Command.Auth.RoleGet command) {
        String name = command.request().getRole();
        Role role = state.role(name);
        if (role == null) {
            throw EtcdError.ROLE_NOT_FOUND.exception();
        }
        AuthRoleGetResponse.Builder response = AuthRoleGetResponse.newBuilder().setHeader(header);
        if (name.equals(AuthState.ROOT)) {
            response.addPerm(Permission.newBuilder()
                    .setPermType(Permission.Type.READWRITE)
                    .setRangeEnd(RoleCommands.EVERYTHING));
        } else {
            response.addAllPerm(role.getKeyPermissionList());
        }
        return new Done(List.of(), response.build());
    }

    private Done roleList() {
        AuthRoleListResponse.Builder response = AuthRoleListResponse.newBuilder().setHeader(header);
        state.roles().forEach(role -> response.addRoles(role.getName().toStringUtf8()));
        return new Done(List.of(), response.build());
    }
}
