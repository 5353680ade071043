package io.drawbore.config.internal;

import io.drawbore.config.ServerConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a member's own entry in the initial cluster is what it advertises. Names are compared, not resolved. */
public final class InitialClusterCheck {
    private InitialClusterCheck() {}

    /** What is wrong, in etcd's words. */
    public static List<String> mistakes(final ServerConfig config) {
        final var mistakes = new ArrayList<String>();
        final List<URI> inCluster = config.bootstrap().initialCluster().get(config.name());
        if (inCluster == null) {
            mistakes.add("couldn't find local name \"" + config.name() + "\" in the initial cluster configuration");
        } else if (!config.bootstrap().existing()) {
            compare(config.name(), inCluster, config.urls().initialAdvertisePeer(), mistakes);
        }
        final Set<URI> seen = new HashSet<>();
        final boolean twice = config.bootstrap().initialCluster().values().stream()
                .flatMap(List::stream)
                .anyMatch(url -> !seen.add(url));
        if (twice) {
            mistakes.add("initial cluster " + render(config) + " has duplicate url");
        }
        return mistakes;
    }

    private static void compare(
            final String name, final List<URI> inCluster, final List<URI> advertised, final List<String> mistakes) {
        final String missingAdvertised = without(name, inCluster, advertised);
        final String missingInCluster = without(name, advertised, inCluster);
        if (!missingAdvertised.isEmpty()) {
            mistakes.add("--initial-cluster has " + missingAdvertised
                    + " but missing from --initial-advertise-peer-urls=" + join("", advertised));
        } else if (!missingInCluster.isEmpty()) {
            mistakes.add("--initial-advertise-peer-urls has " + missingInCluster
                    + " but missing from --initial-cluster=" + join(name + "=", inCluster));
        }
    }

    private static String without(final String name, final List<URI> urls, final List<URI> others) {
        return join(name + "=", urls.stream().filter(url -> !others.contains(url)).toList());
    }

    private static String render(final ServerConfig config) {
        return config.bootstrap().initialCluster().entrySet().stream()
                .map(member -> join(member.getKey() + "=", member.getValue()))
                .collect(Collectors.joining(","));
    }

    private static String join(final String prefix, final List<URI> urls) {
        return urls.stream().map(url -> prefix + url).collect(Collectors.joining(","));
    }
}
