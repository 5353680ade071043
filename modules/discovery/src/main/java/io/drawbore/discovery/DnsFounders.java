package io.drawbore.discovery;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The founders as DNS has them: those of {@code _etcd-server-ssl._tcp} are reached by https, those of {@code
 * _etcd-server._tcp} by http. Which of them this member is, is known by where it is reached; the others get numbers for
 * names, which they need not know of.
 *
 * @param name this member's
 * @param advertised where others reach it
 * @param domain whose names are asked for
 * @param service what is appended to the services' names behind a dash; empty for nothing
 */
public record DnsFounders(String name, List<URI> advertised, String domain, String service) {
    private static final Logger LOG = LoggerFactory.getLogger(DnsFounders.class);

    /** Copies the list. */
    public DnsFounders {
        advertised = List.copyOf(advertised);
    }

    /**
     * Asks.
     *
     * @return peer URLs by name, this member among them
     * @throws DiscoveryException where none are found, or this member is not among them
     */
    public Map<String, List<String>> ask(Dns dns) {
        Map<String, List<String>> founders = new LinkedHashMap<>();
        List<String> failures = new ArrayList<>();
        collect(dns, "https", "etcd-server-ssl", founders, failures);
        collect(dns, "http", "etcd-server", founders, failures);
        if (founders.isEmpty()) {
            throw new DiscoveryException(String.join("\n", failures));
        }
        if (!founders.containsKey(name)) {
            throw new DiscoveryException("cannot find local etcd member \"" + name + "\" in SRV records");
        }
        return founders;
    }

    private void collect(
            Dns dns, String scheme, String kind, Map<String, List<String>> founders, List<String> failures) {
        String label = service.isEmpty() ? kind : kind + "-" + service;
        try {
            Map<String, URI> own = new LinkedHashMap<>();
            for (URI url : advertised) {
                own.put(dns.address(url.getHost()) + ":" + url.getPort(), url);
            }
            int before = founders.size();
            @Nullable IOException mismatch = collect(dns, scheme, label, own, founders);
            if (founders.size() == before && mismatch != null) {
                throw mismatch;
            }
            LOG.atInfo()
                    .addKeyValue("service-name", label)
                    .addKeyValue("discovery-srv", domain)
                    .addKeyValue("found-cluster", founders.toString())
                    .log("got bootstrap from DNS");
        } catch (IOException e) {
            failures.add("error querying DNS SRV records for _" + label + " " + e.getMessage());
        }
    }

    /** Adds those of one service; tells what kept the last one out that was not added. */
    private @Nullable IOException collect(
            Dns dns, String scheme, String label, Map<String, URI> own, Map<String, List<String>> founders)
            throws IOException {
        @Nullable IOException last = null;
        int others = 0;
        for (Dns.Service found : dns.services("_" + label + "._tcp." + domain)) {
            String address;
            try {
                address = dns.address(found.host()) + ":" + found.port();
            } catch (IOException unknown) {
                last = unknown;
                continue;
            }
            URI mine = own.get(address);
            String host = found.host().indexOf(':') < 0 ? found.host() : "[" + found.host() + "]";
            String url = scheme + "://" + host + ":" + found.port();
            String founder = mine != null ? name : Integer.toString(others++);
            if (mine != null && !scheme.equals(mine.getScheme())) {
                last = new IOException("bootstrap at " + url + " from DNS for " + label
                        + " has scheme mismatch with expected peer " + mine);
            } else {
                founders.computeIfAbsent(founder, _ -> new ArrayList<>()).add(url);
            }
        }
        return last;
    }
}
