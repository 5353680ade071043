package io.drawbore.peer.internal;

import io.drawbore.api.MinorVersion;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/** Whether who comes is of this cluster and of a version that is understood, as its headers say. */
final class Gate {
    static final String INCOMPATIBLE_VERSION = "incompatible version";
    static final String OTHER_CLUSTER = "cluster ID mismatch";

    private static final MinorVersion OLDEST = MinorVersion.of(Local.OLDEST).orElseThrow();

    /** Who doesn't say its version is an etcd of before it was said. */
    private static final MinorVersion UNSAID = new MinorVersion(2, 0);

    private final Local local;

    Gate(Local local) {
        this.local = local;
    }

    /** Why a sender is refused; null where it isn't. */
    @Nullable String refusal(HttpFields headers) {
        MinorVersion server = version(headers, Local.SERVER_VERSION);
        MinorVersion needs = version(headers, Local.MIN_CLUSTER_VERSION);
        if (server.compareTo(OLDEST) < 0 || needs.compareTo(local.version().minor()) > 0 || skew(headers).isPresent()) {
            return INCOMPATIBLE_VERSION;
        }
        return local.cluster().equals(headers.get(Local.CLUSTER_ID)) ? null : OTHER_CLUSTER;
    }

    /** Why a sender's version is too far from ours, which members of etcd don't mind; empty where it is near enough. */
    Optional<String> skew(HttpFields headers) {
        String said = headers.get(Local.SERVER_VERSION);
        return said == null ? Optional.empty() : local.version().refusalOf(said);
    }

    private static MinorVersion version(HttpFields headers, String name) {
        String said = headers.get(name);
        return said == null ? UNSAID : MinorVersion.of(said).orElse(UNSAID);
    }

    /** Where a sender says that it is reached. */
    static List<String> urls(HttpFields headers) {
        String said = headers.get(Local.PEER_URLS);
        return said == null || said.isEmpty() ? List.of() : List.of(said.split(",", -1));
    }

    /** A member's id as it is written; null where it is none. */
    static @Nullable Long id(@Nullable String hex) {
        try {
            return hex == null ? null : Long.parseUnsignedLong(hex, 16);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
