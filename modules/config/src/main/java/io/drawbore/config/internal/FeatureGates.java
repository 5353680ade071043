package io.drawbore.config.internal;

import io.drawbore.config.Invocation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** etcd's feature gates, {@code Name=true,Name=false}, of which few mean something here. Immutable. */
final class FeatureGates {
    static final String LEASE_CHECKPOINT = "LeaseCheckpoint";
    static final String LEASE_CHECKPOINT_PERSIST = "LeaseCheckpointPersist";

    private static final Set<String> HEEDED = Set.of(LEASE_CHECKPOINT, LEASE_CHECKPOINT_PERSIST);

    /** Those of etcd 3.6 and 3.7 that nothing here depends on. */
    private static final Set<String> PASSED_OVER = Set.of(
            "AllAlpha",
            "AllBeta",
            "StopGRPCServiceOnDefrag",
            "InitialCorruptCheck",
            "CompactHashCheck",
            "TxnModeWriteWithSharedBuffer",
            "SetMemberLocalAddr",
            "FastLeaseKeepAlive",
            "PriorityRequest");

    private final Map<String, Boolean> given;

    private FeatureGates(final Map<String, Boolean> given) {
        this.given = Map.copyOf(given);
    }

    /** Reads a flag's value, adding what is wrong with it, in etcd's words. */
    static FeatureGates read(
            final String text, final Mistakes mistakes, final List<Invocation.Notice> notices) {
        final Map<String, Boolean> given = new HashMap<>();
        for (final String pair : text.split(",", -1)) {
            final int equals = pair.indexOf('=');
            final String name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
            if (pair.isBlank()) {
                continue;
            }
            if (equals < 0) {
                mistakes.add("missing bool value for " + name);
            } else if (!HEEDED.contains(name) && !PASSED_OVER.contains(name)) {
                mistakes.add("unrecognized feature gate: " + name);
            } else {
                keep(name, pair.substring(equals + 1).strip(), given, mistakes);
                if (PASSED_OVER.contains(name)) {
                    notices.add(new Invocation.Notice("this feature gate changes nothing here", "gate", name));
                }
            }
        }
        return new FeatureGates(given);
    }

    private static void keep(
            final String name, final String value, final Map<String, Boolean> given, final Mistakes mistakes) {
        try {
            given.put(name, GoValues.bool(value));
        } catch (final Kind.BadValue bad) {
            mistakes.add("invalid value of " + name + "=" + value + ", err: " + bad.why());
        }
    }

    /** Whether a gate is open; all that mean something here are closed unless told otherwise. */
    boolean isOpen(final String name) {
        return given.getOrDefault(name, false);
    }
}
