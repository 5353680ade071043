package io.drawbore.config.internal;

import io.drawbore.config.ServerConfig;
import java.util.List;
import java.util.stream.Stream;

/** Reads who knows the founders. Belongs to the thread that parses. */
final class DiscoveryReader {
    private static final List<Flag> TLS = List.of(
            Flag.DISCOVERY_INSECURE_SKIP_TLS_VERIFY, Flag.DISCOVERY_CERT, Flag.DISCOVERY_KEY, Flag.DISCOVERY_CACERT);

    private final Settings settings;
    private final Mistakes mistakes;

    DiscoveryReader(final Settings settings, final Mistakes mistakes) {
        this.settings = settings;
        this.mistakes = mistakes;
    }

    /**
     * Whoever is told.
     *
     * @param founders whether the founders are told themselves
     */
    ServerConfig.Discovery read(final boolean founders) {
        final String domain = settings.text(Flag.DISCOVERY_SRV);
        final List<String> endpoints = settings.texts(Flag.DISCOVERY_ENDPOINTS);
        final boolean dns = !domain.isEmpty();
        final boolean service = !endpoints.isEmpty();
        if (Stream.of(founders, dns, service).filter(told -> told).count() > 1) {
            mistakes.add("multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", "
                    + "\"discovery-endpoints\" or \"discovery-srv\"");
        }
        if (settings.text(Flag.DISCOVERY_TOKEN).isEmpty() == service) {
            mistakes.add("both --discovery-token and --discovery-endpoints must be set");
        }
        if (endpoints.stream().anyMatch(String::isBlank)) {
            mistakes.add("--discovery-endpoints must not contain empty endpoints");
        }
        if (!settings.isTrue(Flag.DISCOVERY_INSECURE_TRANSPORT) || TLS.stream().anyMatch(settings::isSet)) {
            mistakes.add("the discovery service is asked in clear text by this version: leave out "
                    + "--discovery-insecure-transport, --discovery-insecure-skip-tls-verify, --discovery-cert, "
                    + "--discovery-key and --discovery-cacert");
        }
        if (service) {
            return service(endpoints);
        }
        return dns
                ? new ServerConfig.Discovery.Dns(domain, settings.text(Flag.DISCOVERY_SRV_NAME))
                : new ServerConfig.Discovery.None();
    }

    /** A password may stand behind the user's name. */
    private ServerConfig.Discovery service(final List<String> endpoints) {
        final String user = settings.text(Flag.DISCOVERY_USER);
        final int colon = user.indexOf(':');
        final boolean apart = colon < 0 || !settings.text(Flag.DISCOVERY_PASSWORD).isEmpty();
        return new ServerConfig.Discovery.Service(
                endpoints,
                settings.duration(Flag.DISCOVERY_DIAL_TIMEOUT),
                settings.duration(Flag.DISCOVERY_REQUEST_TIMEOUT),
                apart ? user : user.substring(0, colon),
                apart ? settings.text(Flag.DISCOVERY_PASSWORD) : user.substring(colon + 1));
    }
}
