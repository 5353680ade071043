package io.drawbore.apply;

import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.membership.Membership;
import org.jspecify.annotations.Nullable;

/**
 * From which cluster version on all members keep what checkpoints say is left of leases, so that it counts in digests.
 * Below it each goes by its own flag.
 */
final class SharedCheckpoints {
    private static final MinorVersion FROM = new MinorVersion(3, 6);

    private SharedCheckpoints() {}

    /** The cluster's version as a view shows it; null before it is decided, and where it is none. */
    static @Nullable MinorVersion clusterVersion(ReadTx tx) {
        return version(Membership.clusterVersion(tx));
    }

    /** A version as an entry says it; null where it is none. */
    static @Nullable MinorVersion version(@Nullable String text) {
        return text == null ? null : MinorVersion.of(text).orElse(null);
    }

    /** Whether all members of such a cluster keep them. */
    static boolean at(@Nullable MinorVersion clusterVersion) {
        return clusterVersion != null && clusterVersion.compareTo(FROM) >= 0;
    }
}
