package io.drawbore.lease;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.MinorVersion;
import org.jspecify.annotations.Nullable;

/**
 * The two answers that etcd has, there a flag.
 *
 * @param name the name that chooses it
 * @param keepsBelow36 whether checkpoints are kept from the first one on
 */
public record KeptCheckpoints(String name, boolean keepsBelow36) implements CheckpointPersistence {
    /** Kept once the cluster is of a version whose members all keep them. */
    public static final KeptCheckpoints BY_VERSION = new KeptCheckpoints("by-version", false);

    /** Kept from the first one on. */
    public static final KeptCheckpoints ALWAYS = new KeptCheckpoints("always", true);

    @Override
    public boolean keepsBelow36(@Nullable MinorVersion clusterVersion) {
        return keepsBelow36;
    }
}
