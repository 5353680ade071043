package io.drawbore.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.Backend;
import io.drawbore.api.Command;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.TableChange;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.authpb.UserAddOptions;
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
import io.drawbore.proto.etcdserverpb.InternalAuthenticateRequest;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.testkit.MemoryDisk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a cluster is told about its users, and what it says to that: an answer to each command, null or the refusal. */
final class Story {
    static final ByteString ONE_KEY = ByteString.EMPTY;

    AuthState state;
    final List<TableChange> written = new ArrayList<>();
    final List<TokenChange> tokens = new ArrayList<>();
    private long index;

    Story() {
        Backend backend = new MemoryDisk().open(1);
        try (ReadTx view = backend.read()) {
            state = AuthState.of(view);
        }
        backend.close();
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** With a user root who has the role root, and authentication on. */
    Story enabled() {
        addUser(AuthState.ROOT);
        grantRole(AuthState.ROOT, AuthState.ROOT);
        enable();
        return this;
    }

    @Nullable String enable() {
        return refusal(new Command.Auth.Enable(AuthEnableRequest.getDefaultInstance()));
    }

    @Nullable String disable() {
        return refusal(new Command.Auth.Disable(AuthDisableRequest.getDefaultInstance()));
    }

    @Nullable String addUser(String name) {
        return addUser(name, hash("secret of " + name));
    }

    @Nullable String addUser(String name, String hashedPassword) {
        return refusal(new Command.Auth.UserAdd(AuthUserAddRequest.newBuilder()
                .setName(name)
                .setHashedPassword(hashedPassword)
                .build()));
    }

    @Nullable String addUserWithoutPassword(String name) {
        return refusal(new Command.Auth.UserAdd(AuthUserAddRequest.newBuilder()
                .setName(name)
                .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                .build()));
    }

    @Nullable String deleteUser(String name) {
        return refusal(new Command.Auth.UserDelete(
                AuthUserDeleteRequest.newBuilder().setName(name).build()));
    }

    @Nullable String changePassword(String name, String hashedPassword) {
        return refusal(new Command.Auth.UserChangePassword(AuthUserChangePasswordRequest.newBuilder()
                .setName(name)
                .setHashedPassword(hashedPassword)
                .build()));
    }

    @Nullable String grantRole(String user, String role) {
        return refusal(new Command.Auth.UserGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser(user)
                .setRole(role)
                .build()));
    }

    @Nullable String revokeRole(String user, String role) {
        return refusal(new Command.Auth.UserRevokeRole(AuthUserRevokeRoleRequest.newBuilder()
                .setName(user)
                .setRole(role)
                .build()));
    }

    @Nullable String addRole(String name) {
        return refusal(new Command.Auth.RoleAdd(
                AuthRoleAddRequest.newBuilder().setName(name).build()));
    }

    @Nullable String deleteRole(String name) {
        return refusal(new Command.Auth.RoleDelete(
                AuthRoleDeleteRequest.newBuilder().setRole(name).build()));
    }

    @Nullable String permit(String role, Permission.Type type, String key, String end) {
        return refusal(new Command.Auth.RoleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                .setName(role)
                .setPerm(Permission.newBuilder()
                        .setPermType(type)
                        .setKey(bytes(key))
                        .setRangeEnd(bytes(end)))
                .build()));
    }

    @Nullable String permitNothing(String role) {
        return refusal(new Command.Auth.RoleGrantPermission(
                AuthRoleGrantPermissionRequest.newBuilder().setName(role).build()));
    }

    @Nullable String forbid(String role, String key, String end) {
        return refusal(new Command.Auth.RoleRevokePermission(AuthRoleRevokePermissionRequest.newBuilder()
                .setRole(role)
                .setKey(bytes(key))
                .setRangeEnd(bytes(end))
                .build()));
    }

    @Nullable String authenticate(String user, String token) {
        return refusal(new Command.Auth.Authenticate(InternalAuthenticateRequest.newBuilder()
                .setName(user)
                .setSimpleToken(token)
                .build()));
    }

    @Nullable String refusal(Command.Auth command) {
        try {
            Message _ = answer(command);
            return null;
        } catch (EtcdException refused) {
            return refused.text();
        }
    }

    /** Does a command at the next index. */
    Message answer(Command.Auth command) {
        index++;
        AuthCommands.Done done =
                new AuthCommands(state, ResponseHeader.newBuilder().setRevision(7).build()).execute(command, index);
        state = state.after(done.changes());
        written.addAll(done.changes());
        if (done.token() != null) {
            tokens.add(done.token());
        }
        return done.response();
    }

    /** What somebody known since now may do. */
    Access access(String user) {
        return new Access(state, new Requester(user, state.revision()), _ -> List.of());
    }

    static String hash(String anything) {
        return Base64.getEncoder().encodeToString(anything.getBytes(StandardCharsets.UTF_8));
    }
}
