package io.drawbore.server;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.lease.KeptCheckpoints;

/**
 * What a member does for leases' time.
 *
 * @param checkpoints whether it tells the others, while it leads, how much of long leases is left, so that a next
 *     leader goes on from there. All that may lead must do so: an etcd that doesn't renews a lease only for what was
 *     left of it
 * @param persistence whether the store keeps what was told, below cluster version 3.6
 */
public record LeaseOptions(boolean checkpoints, CheckpointPersistence persistence) {
    /** As etcd's: each leader begins all leases anew. */
    public static final LeaseOptions DEFAULT = new LeaseOptions(false, KeptCheckpoints.BY_VERSION);

    /** As etcd's gate {@code LeaseCheckpoint}: a lease's time goes on under the next leader. */
    public static final LeaseOptions CHECKPOINTS = new LeaseOptions(true, KeptCheckpoints.BY_VERSION);
}
