package io.drawbore.api;

/** The small tables of a store, each an ordered map from bytes to bytes; replicated state that is not key history. */
public enum Table {
    /** Members by id in lower-case hex; values are JSON of the member. */
    MEMBER("member"),
    /** Ids, in lower-case hex, of members that were removed and may never return. */
    MEMBER_REMOVED("member_removed"),
    /** Facts of the whole cluster by name: its version, its raft configuration. */
    CLUSTER("cluster"),
    /** Leases by id, eight bytes big-endian; values are {@code leasepb.Lease}. */
    LEASE("lease"),
    /** Alarms that are raised; keys are {@code AlarmMember}, values are empty. */
    ALARM("alarm"),
    /** Whether authentication is on, and its revision; keys and values are those of etcd's bucket {@code auth}. */
    AUTH("auth"),
    /** Users by name; values are {@code authpb.User}. */
    AUTH_USER("auth_user"),
    /** Roles by name; values are {@code authpb.Role}. */
    AUTH_ROLE("auth_role");

    private final String label;

    Table(String label) {
        this.label = label;
    }

    /** The table's name on disk: lower-case letters and underscores; never changes. */
    public String label() {
        return label;
    }
}
