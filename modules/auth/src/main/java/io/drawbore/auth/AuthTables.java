package io.drawbore.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.proto.authpb.Role;
import io.drawbore.proto.authpb.User;
import java.nio.ByteBuffer;

/**
 * The rows of the three tables, byte for byte those of etcd's buckets, so that a snapshot needs no translation.
 *
 * <p>A store that never heard of authentication has none of them; it is at {@link #FIRST_REVISION}, which etcd writes
 * and this store leaves out, so that stores of one content have one digest however they came by it.
 */
public final class AuthTables {
    /** The auth revision of a new store, as in etcd. */
    public static final long FIRST_REVISION = 1;

    /** Key of {@link Table#AUTH}: one byte, 1 where authentication is on; absent until it was on once. */
    public static final ByteString ENABLED = ByteString.copyFromUtf8("authEnabled");

    /** Key of {@link Table#AUTH}: eight bytes, big-endian; absent at {@link #FIRST_REVISION}. */
    public static final ByteString REVISION = ByteString.copyFromUtf8("authRevision");

    private AuthTables() {}

    /** A number as it is stored. */
    public static ByteString number(long value) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
    }

    /** A truth value as it is stored. */
    public static ByteString flag(boolean value) {
        return ByteString.copyFrom(new byte[] {(byte) (value ? 1 : 0)});
    }

    static TableChange enabled(boolean on) {
        return new TableChange(Table.AUTH, ENABLED, flag(on));
    }

    static TableChange revision(long revision) {
        return new TableChange(Table.AUTH, REVISION, number(revision));
    }

    static TableChange written(User user) {
        return new TableChange(Table.AUTH_USER, user.getName(), user.toByteString());
    }

    static TableChange written(Role role) {
        return new TableChange(Table.AUTH_ROLE, role.getName(), role.toByteString());
    }

    static TableChange removedUser(ByteString name) {
        return new TableChange(Table.AUTH_USER, name, null);
    }

    static TableChange removedRole(ByteString name) {
        return new TableChange(Table.AUTH_ROLE, name, null);
    }

    /**
     * A row's revision.
     *
     * @throws CorruptionException where it is no number
     */
    static long number(ByteString value) {
        if (value.size() != Long.BYTES) {
            throw new CorruptionException("table auth holds a revision of " + value.size() + " bytes");
        }
        return value.asReadOnlyByteBuffer().getLong();
    }

    /**
     * A row of a user.
     *
     * @throws CorruptionException where it is none
     */
    public static User user(ByteString key, ByteString value) {
        try {
            User user = User.parseFrom(value);
            if (!user.getName().equals(key)) {
                throw new CorruptionException("a user's row says that it is another");
            }
            return user;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("table auth_user holds a value that is no user: " + e.getMessage());
        }
    }

    /**
     * A row of a role.
     *
     * @throws CorruptionException where it is none
     */
    public static Role role(ByteString key, ByteString value) {
        try {
            Role role = Role.parseFrom(value);
            if (!role.getName().equals(key)) {
                throw new CorruptionException("a role's row says that it is another");
            }
            return role;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("table auth_role holds a value that is no role: " + e.getMessage());
        }
    }
}
