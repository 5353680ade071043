package io.drawbore.bbolt;

import java.nio.charset.StandardCharsets;

/**
 * The buckets of an etcd's store, in the order of their names' bytes, which is the order they are written in. An etcd
 * 3.7 has all ten, empty ones too.
 */
public enum EtcdBucket {
    /** Alarms that are raised: key an {@code AlarmMember}, no value. */
    ALARM("alarm"),
    /** Whether authentication is on, and its revision: see {@link EtcdSchema}. */
    AUTH("auth"),
    /** Roles: key the name, value an {@code authpb.Role}. */
    AUTH_ROLES("authRoles"),
    /** Users: key the name, value an {@code authpb.User}. */
    AUTH_USERS("authUsers"),
    /** Cluster version and downgrade: see {@link EtcdSchema}. */
    CLUSTER("cluster"),
    /** The history: key a {@link RevisionKey}, value a {@code mvccpb.KeyValue}. */
    KEY("key"),
    /** Leases: key {@link EtcdSchema#number} of the id, value a {@code leasepb.Lease}. */
    LEASE("lease"),
    /** Members: key {@link EtcdSchema#memberKey}, value JSON. */
    MEMBERS("members"),
    /** Members that were removed: key {@link EtcdSchema#memberKey}, value {@link EtcdSchema#REMOVED}. */
    MEMBERS_REMOVED("members_removed"),
    /** Applied index and term, conf state, storage version, compactions: see {@link EtcdSchema}. */
    META("meta");

    private final String bucketName;

    EtcdBucket(String bucketName) {
        this.bucketName = bucketName;
    }

    /** The name in the root bucket. */
    public String bucketName() {
        return bucketName;
    }

    /** The name's bytes, the caller's own. */
    public byte[] nameBytes() {
        return bucketName.getBytes(StandardCharsets.US_ASCII);
    }
}
