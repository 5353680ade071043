package io.drawbore.launcher;

import io.drawbore.config.ServerConfig;
import io.drawbore.discovery.DiscoveryException;
import io.drawbore.discovery.DnsFounders;
import io.drawbore.discovery.GrpcRegistry;
import io.drawbore.discovery.RegisteredFounders;
import io.drawbore.discovery.SystemDns;
import io.drawbore.membership.MemberIds;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks whoever was named who the founders are. Blocks until that is known. */
final class FounderSearch {
    private FounderSearch() {}

    /**
     * The founders' peer URLs by name.
     *
     * @param told those that the flags name
     * @throws DiscoveryException where they are not found
     */
    static Map<String, List<String>> founders(ServerConfig config, Map<String, List<String>> told) {
        return switch (config.bootstrap().discovery()) {
            case ServerConfig.Discovery.None _ -> told;
            case ServerConfig.Discovery.Dns dns -> distinct("initial cluster", new DnsFounders(
                            config.name(), config.urls().initialAdvertisePeer(), dns.domain(), dns.service())
                    .ask(new SystemDns()));
            case ServerConfig.Discovery.Service service -> config.bootstrap().existing()
                    ? told
                    : distinct("discovery cluster", registered(config, service));
        };
    }

    private static Map<String, List<String>> registered(ServerConfig config, ServerConfig.Discovery.Service service) {
        String token = config.bootstrap().token();
        List<String> urls = config.urls().initialAdvertisePeer().stream().map(URI::toString).toList();
        String self = urls.stream().map(url -> config.name() + "=" + url).collect(Collectors.joining(","));
        String id = MemberIds.hex(MemberIds.founderId(urls, token));
        try (GrpcRegistry registry = new GrpcRegistry(new GrpcRegistry.Settings(
                service.endpoints(),
                service.dialTimeout(),
                service.requestTimeout(),
                service.user(),
                service.password()))) {
            return new RegisteredFounders(token, id, self).join(registry, FounderSearch::pause);
        }
    }

    private static void pause(Duration length) {
        try {
            Thread.sleep(length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DiscoveryException("interrupted while waiting for the founders");
        }
    }

    private static Map<String, List<String>> distinct(String what, Map<String, List<String>> founders) {
        Set<String> seen = new HashSet<>();
        boolean twice = founders.values().stream().flatMap(List::stream).anyMatch(url -> !seen.add(url));
        if (twice) {
            throw new DiscoveryException(what + " " + founders + " has duplicate url");
        }
        return founders;
    }
}
