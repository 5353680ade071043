package io.drawbore.peer.internal;

/** What is served on the peer port, and in which form. */
final class PeerPaths {
    static final String RAFT = "/raft";
    static final String STREAM = "/raft/stream/";
    static final String SNAPSHOT = "/raft/snapshot";
    static final String PROBING = "/raft/probing";
    static final String MEMBERS = "/members";
    static final String PROMOTE = "/members/promote/";
    static final String HASH = "/members/hashkv";
    static final String LEASES = "/leases";
    static final String LEASES_INTERNAL = "/leases/internal";
    static final String DOWNGRADE = "/downgrade/enabled";
    static final String VERSION = "/version";

    static final String PROTOBUF = "application/protobuf";
    static final String BYTES = "application/octet-stream";
    static final String JSON = "application/json";

    /** The digest of a snapshot's file, in hex: only a Drawbore says it. */
    static final String SNAPSHOT_SHA256 = "X-Drawbore-Snapshot-SHA256";

    private PeerPaths() {}
}
