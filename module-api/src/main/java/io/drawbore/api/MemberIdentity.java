package io.drawbore.api;

/**
 * Whose data this is.
 *
 * @param memberId the member's id, an unsigned number, never 0
 * @param clusterId the cluster's id, an unsigned number, never 0
 */
public record MemberIdentity(long memberId, long clusterId) {
    /** Both in lower-case hex, as etcd prints them. */
    @Override
    public String toString() {
        return "member " + Long.toHexString(memberId) + " of cluster " + Long.toHexString(clusterId);
    }
}
