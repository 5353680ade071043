package io.drawbore.bbolt;

import io.drawbore.proto.raftpb.ConfState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What etcd 3.5 to 3.7 keep in the buckets of {@link EtcdBucket} under fixed names, and how ids and numbers are
 * spelled. Keys are listed in the order of their bytes, which is the order they are written in. docs/FORMATS.md has the
 * table.
 */
public final class EtcdSchema {
    /** Of {@link EtcdBucket#META}: {@link #confState}, as of the applied index. Since 3.5. */
    public static final String CONF_STATE = "confState";

    /** Of {@link EtcdBucket#META}: {@link #number} of the raft index that was applied last. */
    public static final String CONSISTENT_INDEX = "consistent_index";

    /**
     * Of {@link EtcdBucket#META}: {@link RevisionKey} of the compaction that was done last, sub 0; absent before one.
     */
    public static final String FINISHED_COMPACT = "finishedCompactRev";

    /** Of {@link EtcdBucket#META}: {@link RevisionKey} of the compaction that was ordered last, sub 0. */
    public static final String SCHEDULED_COMPACT = "scheduledCompactRev";

    /** Of {@link EtcdBucket#META}: text such as {@code 3.7.0}, the patch always 0. Since 3.6. */
    public static final String STORAGE_VERSION = "storageVersion";

    /** Of {@link EtcdBucket#META}: {@link #number} of the term of the index that was applied last. Since 3.5. */
    public static final String TERM = "term";

    /** Of {@link EtcdBucket#AUTH}: {@link #flag}; absent until authentication was on once. */
    public static final String AUTH_ENABLED = "authEnabled";

    /** Of {@link EtcdBucket#AUTH}: {@link #number}. */
    public static final String AUTH_REVISION = "authRevision";

    /** Of {@link EtcdBucket#CLUSTER}: text such as {@code 3.7.0}, the patch always 0. Since 3.5. */
    public static final String CLUSTER_VERSION = "clusterVersion";

    /** Of {@link EtcdBucket#CLUSTER}: JSON with {@code target-version} and {@code enabled}. Since 3.5. */
    public static final String DOWNGRADE = "downgrade";

    /** The value of a member that was removed. */
    public static final String REMOVED = "removed";

    private EtcdSchema() {}

    /** The bytes of a name or text of this class. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Eight bytes, big-endian: an index, a term, an id of a lease. */
    public static byte[] number(long value) {
        final byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (value >>> (8 * (Long.BYTES - 1 - i)));
        }
        return bytes;
    }

    /**
     * The number in eight bytes.
     *
     * @throws IllegalArgumentException if they are not eight
     */
    public static long number(byte[] bytes) {
        if (bytes.length != Long.BYTES) {
            throw new IllegalArgumentException(bytes.length + " bytes are no number");
        }
        long value = 0;
        for (final byte next : bytes) {
            value = (value << 8) | (next & 0xff);
        }
        return value;
    }

    /** One byte: 1 for true. */
    public static byte[] flag(boolean value) {
        return new byte[] {(byte) (value ? 1 : 0)};
    }

    /**
     * The key of a member: its id, unsigned, in lowercase hex without leading zeros. Sort the keys, not the ids:
     * shorter ones do not come first.
     */
    public static byte[] memberKey(long id) {
        return bytes(Long.toHexString(id));
    }

    /**
     * The id of a member's key.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static long memberId(byte[] key) {
        return Long.parseUnsignedLong(new String(key, StandardCharsets.ISO_8859_1), 16);
    }

    /** A conf state as JSON; ids are unsigned, empty lists are left out. */
    public static byte[] confState(ConfState state) {
        return bytes("{" + ids("voters", state.getVotersList())
                + ids("learners", state.getLearnersList())
                + ids("voters_outgoing", state.getVotersOutgoingList())
                + ids("learners_next", state.getLearnersNextList())
                + "\"auto_leave\":" + state.getAutoLeave() + "}");
    }

    private static String ids(String name, List<Long> ids) {
        return ids.isEmpty() ? "" : ids.stream()
                .map(Long::toUnsignedString)
                .collect(Collectors.joining(",", "\"" + name + "\":[", "],"));
    }
}
