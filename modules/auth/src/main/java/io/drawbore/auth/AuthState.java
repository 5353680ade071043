package io.drawbore.auth;

import com.google.protobuf.ByteString;
import io.drawbore.api.InvariantException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the tables say: users and roles, whether authentication is on, and the auth revision, which every change of them
 * raises. Immutable; any thread.
 */
public final class AuthState {
    /** The user, and the role, that may do everything. */
    public static final String ROOT = "root";

    private final boolean enabled;
    private final long revision;
    private final SortedMap<ByteString, User> users;
    private final SortedMap<ByteString, Role> roles;

    /** What users may do, reckoned when it is first asked for. */
    private final Map<ByteString, Grants> grants = new ConcurrentHashMap<>();

    private AuthState(
            boolean enabled, long revision, SortedMap<ByteString, User> users, SortedMap<ByteString, Role> roles) {
        this.enabled = enabled;
        this.revision = revision;
        this.users = users;
        this.roles = roles;
    }

    /**
     * What a store says.
     *
     * @throws io.drawbore.api.CorruptionException where it holds what it never wrote
     */
    public static AuthState of(ReadTx tx) {
        ByteString enabled = tx.get(Table.AUTH, AuthTables.ENABLED);
        ByteString revision = tx.get(Table.AUTH, AuthTables.REVISION);
        SortedMap<ByteString, User> users = sorted();
        tx.all(Table.AUTH_USER).forEach((name, value) -> users.put(name, AuthTables.user(name, value)));
        SortedMap<ByteString, Role> roles = sorted();
        tx.all(Table.AUTH_ROLE).forEach((name, value) -> roles.put(name, AuthTables.role(name, value)));
        return new AuthState(
                enabled != null && enabled.equals(AuthTables.flag(true)),
                revision == null ? AuthTables.FIRST_REVISION : AuthTables.number(revision),
                users,
                roles);
    }

    /** The same once changes of the three tables are written. */
    public AuthState after(List<TableChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        boolean nextEnabled = enabled;
        long nextRevision = revision;
        SortedMap<ByteString, User> nextUsers = sorted();
        nextUsers.putAll(users);
        SortedMap<ByteString, Role> nextRoles = sorted();
        nextRoles.putAll(roles);
        for (TableChange change : changes) {
            ByteString value = change.value();
            switch (change.table()) {
                case AUTH -> {
                    InvariantException.check(value != null, "a number of authentication is never taken away");
                    if (change.key().equals(AuthTables.ENABLED)) {
                        nextEnabled = AuthTables.flag(true).equals(value);
                    } else if (value != null) {
                        nextRevision = AuthTables.number(value);
                    }
                }
                case AUTH_USER -> replace(
                        nextUsers, change.key(), value == null ? null : AuthTables.user(change.key(), value));
                case AUTH_ROLE -> replace(
                        nextRoles, change.key(), value == null ? null : AuthTables.role(change.key(), value));
                case MEMBER, MEMBER_REMOVED, CLUSTER, LEASE, ALARM ->
                    throw new InvariantException("table " + change.table().label() + " is none of authentication");
            }
        }
        return new AuthState(nextEnabled, nextRevision, nextUsers, nextRoles);
    }

    private static <T> void replace(SortedMap<ByteString, T> map, ByteString key, @Nullable T value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    private static <T> SortedMap<ByteString, T> sorted() {
        return new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    }

    /** Whether authentication is on. */
    public boolean enabled() {
        return enabled;
    }

    /** Raised by every change; unsigned, from 1. */
    public long revision() {
        return revision;
    }

    /** A user, or null. */
    public @Nullable User user(String name) {
        return users.get(ByteString.copyFromUtf8(name));
    }

    /** A role, or null. */
    public @Nullable Role role(String name) {
        return roles.get(ByteString.copyFromUtf8(name));
    }

    /** All users, by name. */
    public Collection<User> users() {
        return Collections.unmodifiableCollection(users.values());
    }

    /** All roles, by name. */
    public Collection<Role> roles() {
        return Collections.unmodifiableCollection(roles.values());
    }

    /** Whether a user has a role; false where there is no such user. */
    boolean hasRole(String userName, String roleName) {
        User user = user(userName);
        return user != null && user.getRolesList().contains(roleName);
    }

    /** What the roles of a user allow; those that there are no more allow nothing. */
    Grants grants(User user) {
        return grants.computeIfAbsent(user.getName(), _ -> {
            List<Role> granted = new ArrayList<>();
            for (String name : user.getRolesList()) {
                Role role = role(name);
                if (role != null) {
                    granted.add(role);
                }
            }
            return Grants.of(granted);
        });
    }
}
