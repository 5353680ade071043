package io.drawbore.api;

import org.jspecify.annotations.Nullable;

/**
 * Decides, in a cluster whose members may be older than 3.6, whether the store keeps what checkpoints say is left of
 * leases. Chosen by name with the flag {@code --lease-checkpoint-persist}. From cluster version 3.6 on every member
 * keeps it and nobody is asked; what is kept below is outside of the digests, so that members may differ in it.
 *
 * <p>A pure function: it has no clock and no state, and answers on the apply thread.
 */
public interface CheckpointPersistence {
    /** The name that chooses it: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /**
     * Whether a checkpoint is kept. That a lease has all its time again is kept whatever this says.
     *
     * @param clusterVersion the cluster's version, below 3.6; null before it is decided
     */
    boolean keepsBelow36(@Nullable MinorVersion clusterVersion);
}
