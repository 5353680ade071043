package io.drawbore.peer.internal;

import io.drawbore.api.MemberIdentity;
import io.drawbore.membership.MemberIds;
import io.drawbore.server.EtcdVersion;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;

/**
 * Who this member is, as it tells others.
 *
 * @param memberId its id
 * @param clusterId that of its cluster
 * @param version which etcd it is compatible with
 * @param urls where others reach it
 */
public record Local(long memberId, long clusterId, EtcdVersion version, List<String> urls) {
    static final String SERVER_FROM = "X-Server-From";
    static final String SERVER_VERSION = "X-Server-Version";
    static final String MIN_CLUSTER_VERSION = "X-Min-Cluster-Version";
    static final String CLUSTER_ID = "X-Etcd-Cluster-ID";
    static final String RAFT_TO = "X-Raft-To";
    static final String PEER_URLS = "X-PeerURLs";

    /** The oldest etcd whose members are understood. */
    static final String OLDEST = "3.0.0";

    /** The member of that identity, reached there. */
    public static Local of(MemberIdentity identity, EtcdVersion version, List<String> urls) {
        return new Local(identity.memberId(), identity.clusterId(), version, List.copyOf(urls));
    }

    String id() {
        return MemberIds.hex(memberId);
    }

    String cluster() {
        return MemberIds.hex(clusterId);
    }

    /** Who asks: a header of every request. */
    void introduce(HttpFields.Mutable headers) {
        headers.put(SERVER_FROM, id());
        headers.put(SERVER_VERSION, version.toString());
        headers.put(MIN_CLUSTER_VERSION, OLDEST);
        headers.put(CLUSTER_ID, cluster());
        headers.put(PEER_URLS, String.join(",", urls));
    }
}
