package io.drawbore.lease.internal;

import io.drawbore.api.CheckpointPersistence;
import io.drawbore.api.Plugin;
import io.drawbore.lease.KeptCheckpoints;
import java.util.List;

/** Offers the two ways to keep checkpoints. */
public final class LeasePlugin implements Plugin {
    /** Does nothing, as the contract of plug-ins asks. */
    public LeasePlugin() {}

    @Override
    public String name() {
        return "lease";
    }

    @Override
    public List<CheckpointPersistence> checkpointPersistences() {
        return List.of(KeptCheckpoints.BY_VERSION, KeptCheckpoints.ALWAYS);
    }
}
