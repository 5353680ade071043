package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import java.util.List;

/** Reads the flags about other versions, judging them as etcd does. Belongs to the thread that parses. */
final class CompatibilityReader {
    private static final String ALWAYS = "always";

    private final Settings settings;
    private final Mistakes mistakes;
    private final List<Invocation.Notice> notices;

    CompatibilityReader(final Settings settings, final Mistakes mistakes, final List<Invocation.Notice> notices) {
        this.settings = settings;
        this.mistakes = mistakes;
        this.notices = notices;
    }

    ServerConfig.Compatibility read() {
        final FeatureGates gates = FeatureGates.read(settings.text(Flag.FEATURE_GATES), mistakes, notices);
        final boolean checkpoints = gates.isOpen(FeatureGates.LEASE_CHECKPOINT)
                || settings.isTrue(Flag.EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT);
        final boolean kept = gates.isOpen(FeatureGates.LEASE_CHECKPOINT_PERSIST)
                || settings.isTrue(Flag.EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT_PERSIST);
        if (kept && !checkpoints) {
            mistakes.add(
                    settings.isTrue(Flag.EXPERIMENTAL_ENABLE_LEASE_CHECKPOINT_PERSIST)
                            ? "setting experimental-enable-lease-checkpoint-persist requires"
                                    + " experimental-enable-lease-checkpoint"
                            : "enabling feature gate LeaseCheckpointPersist requires enabling feature gate"
                                    + " LeaseCheckpoint");
        }
        return new ServerConfig.Compatibility(
                settings.text(Flag.EMULATED_VERSION),
                settings.text(Flag.V2_COMPAT),
                settings.text(Flag.STORAGE_MIGRATOR),
                settings.duration(Flag.DOWNGRADE_CHECK_TIME),
                checkpoints,
                kept ? ALWAYS : persistence());
    }

    /** A name, or as a boolean what etcd's flag says. */
    private String persistence() {
        final String told = settings.text(Flag.LEASE_CHECKPOINT_PERSIST);
        return switch (told) {
            case "true" -> ALWAYS;
            case "false", "" -> Flag.LEASE_CHECKPOINT_PERSIST.byDefault();
            default -> told;
        };
    }
}
