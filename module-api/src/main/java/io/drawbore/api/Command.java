package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import io.drawbore.proto.raftpb.ConfChangeV2;

/**
 * What a raft entry asks of the store. Sealed, and handled by one switch without a default: a new command does not
 * compile until the applier knows it.
 */
public sealed interface Command {
    /** The empty entry with which a leader begins its term. */
    record NoOp() implements Command {}

    /** Gives a key a value. */
    record Put(PutRequest request) implements Command {}

    /** Deletes a key or a range of keys. */
    record DeleteRange(DeleteRangeRequest request) implements Command {}

    /** Compares, then runs one of two lists of operations, all at one revision. */
    record Txn(TxnRequest request) implements Command {}

    /** Grants a lease; its id is never 0, whoever proposed it has chosen one. */
    record LeaseGrant(LeaseGrantRequest request) implements Command {}

    /** Ends a lease and deletes what hangs on it. Whether its time was over is for the proposer to know. */
    record LeaseRevoke(LeaseRevokeRequest request) implements Command {}

    /** Notes how much of some leases is left. */
    record LeaseCheckpoint(LeaseCheckpointRequest request) implements Command {}

    /** Gives up the history below a revision. */
    record Compact(CompactionRequest request) implements Command {}

    /** Raises, clears or lists alarms. */
    record Alarm(AlarmRequest request) implements Command {}

    /**
     * Changes who takes part in raft.
     *
     * @param change the change; its context is the JSON of the member concerned
     */
    record MembershipChange(ConfChangeV2 change) implements Command {}

    /** Sets a member's name and client URLs. */
    record MemberAttributes(ClusterMemberAttrSetRequest request) implements Command {}

    /** Sets the cluster's version. */
    record ClusterVersion(ClusterVersionSetRequest request) implements Command {}

    /** Begins or ends a downgrade of the cluster. */
    record Downgrade(DowngradeInfoSetRequest request) implements Command {}
}
