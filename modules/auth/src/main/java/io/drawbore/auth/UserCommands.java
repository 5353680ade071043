package io.drawbore.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.auth.AuthCommands.Done;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.authpb.UserAddOptions;
import io.drawbore.proto.etcdserverpb.AuthUserAddRequest;
import io.drawbore.proto.etcdserverpb.AuthUserAddResponse;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordRequest;
import io.drawbore.proto.etcdserverpb.AuthUserChangePasswordResponse;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthUserDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserGrantRoleResponse;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import io.drawbore.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What entries do to users. Pure. */
record UserCommands(AuthState state, ResponseHeader header) {
    /** Roles are sorted by their bytes, which is not the order of Java's strings. */
    private static final Comparator<String> BY_BYTES =
            Comparator.comparing(ByteString::copyFromUtf8, ByteString.unsignedLexicographicalComparator());

    Done add(AuthUserAddRequest request) {
        if (request.getName().isEmpty()) {
            throw EtcdError.USER_EMPTY.exception();
        }
        if (state.user(request.getName()) != null) {
            throw EtcdError.USER_ALREADY_EXIST.exception();
        }
        // options are always written, empty ones too
        UserAddOptions options = request.getOptions();
        User added = User.newBuilder()
                .setName(ByteString.copyFromUtf8(request.getName()))
                .setPassword(
                        options.getNoPassword()
                                ? ByteString.EMPTY
                                : password(request.getHashedPassword()))
                .setOptions(options)
                .build();
        return written(added, AuthUserAddResponse.newBuilder().setHeader(header).build(), null);
    }

    Done delete(AuthUserDeleteRequest request) {
        String name = request.getName();
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        return new Done(
                List.of(AuthTables.removedUser(user(name).getName()), AuthTables.revision(state.revision() + 1)),
                AuthUserDeleteResponse.newBuilder().setHeader(header).build(),
                new TokenChange.UserGone(name));
    }

    /** A user that was added without a password never gets one. */
    Done changePassword(AuthUserChangePasswordRequest request) {
        User user = user(request.getName());
        User changed = user.toBuilder()
                .setPassword(
                        user.getOptions().getNoPassword()
                                ? ByteString.EMPTY
                                : password(request.getHashedPassword()))
                .build();
        return written(
                changed,
                AuthUserChangePasswordResponse.newBuilder().setHeader(header).build(),
                new TokenChange.UserGone(request.getName()));
    }

    /** The role root needs not be there: it means everything by its name. */
    Done grantRole(AuthUserGrantRoleRequest request) {
        User user = user(request.getUser());
        String role = request.getRole();
        if (!role.equals(AuthState.ROOT) && state.role(role) == null) {
            throw EtcdError.ROLE_NOT_FOUND.exception();
        }
        AuthUserGrantRoleResponse response =
                AuthUserGrantRoleResponse.newBuilder().setHeader(header).build();
        if (user.getRolesList().contains(role)) {
            return new Done(List.of(), response);
        }
        List<String> roles = new ArrayList<>(user.getRolesList());
        roles.add(role);
        roles.sort(BY_BYTES);
        return written(user.toBuilder().clearRoles().addAllRoles(roles).build(), response, null);
    }

    Done revokeRole(AuthUserRevokeRoleRequest request) {
        String role = request.getRole();
        if (state.enabled() && request.getName().equals(AuthState.ROOT) && role.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        User user = user(request.getName());
        if (!user.getRolesList().contains(role)) {
            throw EtcdError.ROLE_NOT_GRANTED.exception();
        }
        return written(
                without(user, role),
                AuthUserRevokeRoleResponse.newBuilder().setHeader(header).build(),
                null);
    }

    static User without(User user, String role) {
        List<String> left =
                user.getRolesList().stream().filter(one -> !one.equals(role)).toList();
        return user.toBuilder().clearRoles().addAllRoles(left).build();
    }

    private User user(String name) {
        User user = state.user(name);
        if (user == null) {
            throw EtcdError.USER_NOT_FOUND.exception();
        }
        return user;
    }

    private Done written(User user, Message response, @Nullable TokenChange token) {
        return new Done(
                List.of(AuthTables.written(user), AuthTables.revision(state.revision() + 1)), response, token);
    }

    /** The hash that a user is known by; the password itself is in no log since 3.5. */
    private static ByteString password(String hashed) {
        // Go passes over line ends and wants the padding
        String text = hashed.replace("\r", "").replace("\n", "");
        try {
            if (text.length() % 4 == 0) {
                return ByteString.copyFrom(Base64.getDecoder().decode(text));
            }
        } catch (IllegalArgumentException malformed) {
            // told below
        }
        throw EtcdError.NO_PASSWORD_USER.exception();
    }
}
