package io.drawbore.membership;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.List;

/**
 * How ids come about: as in etcd, so that a member and an etcd started with the same flags agree on who they are. An
 * id is the first eight bytes, big-endian, of a SHA-1.
 */
public final class MemberIds {
    private MemberIds() {}

    /**
     * The id of a member of a cluster that is just being founded.
     *
     * @param peerUrls its advertised peer URLs, in any order
     * @param clusterToken the token all founders share
     */
    public static long founderId(Collection<String> peerUrls, String clusterToken) {
        String joined = String.join("", peerUrls.stream().sorted().toList());
        return firstEight((joined + clusterToken).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The id of a member that is added to a cluster that runs: the time keeps it apart from one that had the same URLs
     * before and was removed.
     *
     * @param peerUrls its peer URLs, in any order
     * @param epochSeconds when it is added
     */
    public static long addedId(Collection<String> peerUrls, long epochSeconds) {
        return founderId(peerUrls, Long.toString(epochSeconds));
    }

    /** The id of a cluster, from the ids of its founders. */
    public static long clusterId(Collection<Long> founderIds) {
        List<Long> sorted = founderIds.stream().sorted(Long::compareUnsigned).toList();
        ByteBuffer bytes = ByteBuffer.allocate(sorted.size() * Long.BYTES);
        sorted.forEach(bytes::putLong);
        return firstEight(bytes.array());
    }

    /** An id as it is printed: lower-case hex without leading zeros. */
    public static String hex(long id) {
        return Long.toHexString(id);
    }

    private static long firstEight(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
