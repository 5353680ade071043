package io.drawbore.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.api.TableChange;
import io.drawbore.auth.AuthCommands.Done;
import io.drawbore.proto.authpb.Permission;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import io.drawbore.proto.etcdserverpb.AuthRoleAddRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleAddResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleDeleteResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import io.drawbore.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What entries do to roles. Pure. */
record RoleCommands(AuthState state, ResponseHeader header) {
    /** A range's end that means everything from its key on. */
    static final ByteString EVERYTHING = ByteString.copyFrom(new byte[] {0});

    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    Done add(AuthRoleAddRequest request) {
        if (request.getName().isEmpty()) {
            throw EtcdError.ROLE_EMPTY.exception();
        }
        if (state.role(request.getName()) != null) {
            throw EtcdError.ROLE_ALREADY_EXIST.exception();
        }
        Role added = Role.newBuilder()
                .setName(ByteString.copyFromUtf8(request.getName()))
                .build();
        return written(added, AuthRoleAddResponse.newBuilder().setHeader(header).build());
    }

    Done delete(AuthRoleDeleteRequest request) {
        String name = request.getRole();
        if (state.enabled() && name.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        List<TableChange> changes = new ArrayList<>();
        changes.add(AuthTables.removedRole(role(name).getName()));
        for (User user : state.users()) {
            if (user.getRolesList().contains(name)) {
                changes.add(AuthTables.written(UserCommands.without(user, name)));
            }
        }
        changes.add(AuthTables.revision(state.revision() + 1));
        return new Done(
                List.copyOf(changes),
                AuthRoleDeleteResponse.newBuilder().setHeader(header).build());
    }

    Done grantPermission(AuthRoleGrantPermissionRequest request) {
        if (!request.hasPerm()) {
            throw EtcdError.PERMISSION_NOT_GIVEN.exception();
        }
        Permission wanted = request.getPerm();
        if (!isRange(wanted.getKey(), wanted.getRangeEnd())) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        Role role = role(request.getName());
        return written(
                role.toBuilder()
                        .clearKeyPermission()
                        .addAllKeyPermission(with(role.getKeyPermissionList(), wanted))
                        .build(),
                AuthRoleGrantPermissionResponse.newBuilder().setHeader(header).build());
    }

    private static boolean isRange(ByteString key, ByteString end) {
        return !key.isEmpty() && (end.isEmpty() || end.equals(EVERYTHING) || ORDER.compare(key, end) < 0);
    }

    /**
     * Permissions stand in the order of their keys, those of one key as they came. etcd looks only at the first of a
     * key whether it is of the range wanted, so another one of that range is added to the list and not changed; the
     * list is replicated, so it is done so here too.
     */
    private static List<Permission> with(List<Permission> permissions, Permission wanted) {
        List<Permission> next = new ArrayList<>(permissions);
        int first = 0;
        while (first < next.size() && ORDER.compare(next.get(first).getKey(), wanted.getKey()) < 0) {
            first++;
        }
        if (first < next.size() && isOfRange(next.get(first), wanted.getKey(), wanted.getRangeEnd())) {
            next.set(
                    first,
                    next.get(first).toBuilder()
                            .setPermTypeValue(wanted.getPermTypeValue())
                            .build());
        } else {
            next.add(wanted);
            next.sort(Comparator.comparing(Permission::getKey, ORDER));
        }
        return next;
    }

    Done revokePermission(AuthRoleRevokePermissionRequest request) {
        Role role = role(request.getRole());
        List<Permission> left = role.getKeyPermissionList().stream()
                .filter(one -> !isOfRange(one, request.getKey(), request.getRangeEnd()))
                .toList();
        if (left.size() == role.getKeyPermissionCount()) {
            throw EtcdError.PERMISSION_NOT_GRANTED.exception();
        }
        return written(
                role.toBuilder().clearKeyPermission().addAllKeyPermission(left).build(),
                AuthRoleRevokePermissionResponse.newBuilder().setHeader(header).build());
    }

    private static boolean isOfRange(Permission permission, ByteString key, ByteString end) {
        return permission.getKey().equals(key) && permission.getRangeEnd().equals(end);
    }

    private Role role(String name) {
        Role role = state.role(name);
        if (role == null) {
            throw EtcdError.ROLE_NOT_FOUND.exception();
        }
        return role;
    }

    private Done written(Role role, Message response) {
        return new Done(List.of(AuthTables.written(role), AuthTables.revision(state.revision() + 1)), response);
    }
}
