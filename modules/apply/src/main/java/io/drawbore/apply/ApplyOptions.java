package io.drawbore.apply;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.V2Translator;
import io.drawbore.lease.KeptCheckpoints;

/**
 * What a member is told of how entries are applied. Nothing here may make its store another than those of the others,
 * but for what is outside of the digests.
 *
 * @param maxLearners learners there may be where an entry doesn't say, which those of etcd's members don't: the same
 *     for all members of a cluster
 * @param v2 what v2 requests of older logs and members mean: the same for all members of a cluster
 * @param checkpoints whether what is left of leases is kept below cluster version 3.6
 */
public record ApplyOptions(int maxLearners, V2Translator v2, CheckpointPersistence checkpoints) {
    /** Learners there may be by default, as in etcd. */
    public static final int MAX_LEARNERS = 1;

    /** As etcd's defaults, in a cluster without v2 requests. */
    public static final ApplyOptions DEFAULT =
            new ApplyOptions(MAX_LEARNERS, V2Translator.REJECT, KeptCheckpoints.BY_VERSION);
}
