package io.drawbore.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DnsFoundersTest {
    /** Names as a test has them. */
    private static final class Names implements Dns {
        final Map<String, List<Service>> services = new HashMap<>();
        final Map<String, String> addresses = new HashMap<>();

        @Override
        public List<Service> services(String name) throws IOException {
            return found(services.get(name), name);
        }

        @Override
        public String address(String host) throws IOException {
            return found(addresses.get(host), host);
        }

        private static <T> T found(@Nullable T found, String name) throws IOException {
            if (found == null) {
                throw new IOException("lookup " + name + ": no such host");
            }
            return found;
        }
    }

    private final Names names = new Names();

    private void host(String name, String address) {
        names.addresses.put(name, address);
    }

    private void service(String name, String... hosts) {
        names.services.put(name, List.of(hosts).stream().map(host -> new Dns.Service(0, host, 2380)).toList());
    }

    private Map<String, List<String>> ask(String advertised, String service) {
        return new DnsFounders("me", List.of(URI.create(advertised)), "example.com", service).ask(names);
    }

    @Test
    void aMemberKnowsItselfByWhereItIsReached() {
        host("a.example.com", "10.0.0.1");
        host("b.example.com", "10.0.0.2");
        host("c.example.com", "10.0.0.3");
        host("10.0.0.2", "10.0.0.2");
        service("_etcd-server._tcp.example.com", "a.example.com", "b.example.com", "c.example.com");
        assertEquals(
                Map.of(
                        "0", List.of("http://a.example.com:2380"),
                        "me", List.of("http://b.example.com:2380"),
                        "1", List.of("http://c.example.com:2380")),
                ask("http://10.0.0.2:2380", ""));
    }

    @Test
    void thoseReachedByTlsHaveANameOfTheirOwn() {
        host("a.example.com", "10.0.0.1");
        service("_etcd-server-ssl._tcp.example.com", "a.example.com");
        assertEquals(
                Map.of("me", List.of("https://a.example.com:2380")), ask("https://a.example.com:2380", ""));
    }

    @Test
    void aServiceMayHaveASuffix() {
        host("a.example.com", "10.0.0.1");
        service("_etcd-server-blue._tcp.example.com", "a.example.com");
        assertEquals(
                Map.of("me", List.of("http://a.example.com:2380")), ask("http://a.example.com:2380", "blue"));
    }

    @Test
    void hostsWithoutAnAddressArePassedOver() {
        host("a.example.com", "10.0.0.1");
        service("_etcd-server._tcp.example.com", "gone.example.com", "a.example.com");
        assertEquals(
                Map.of("me", List.of("http://a.example.com:2380")), ask("http://a.example.com:2380", ""));
    }

    private String refusal(String advertised) {
        return String.valueOf(
                assertThrows(DiscoveryException.class, () -> ask(advertised, "")).getMessage());
    }

    @Test
    void whoIsNotAmongThemFoundsNothing() {
        host("a.example.com", "10.0.0.1");
        host("10.0.0.9", "10.0.0.9");
        service("_etcd-server._tcp.example.com", "a.example.com");
        assertEquals("cannot find local etcd member \"me\" in SRV records", refusal("http://10.0.0.9:2380"));
    }

    @Test
    void aNameThatIsNotThereIsTold() {
        host("a", "10.0.0.1");
        assertEquals(
                "error querying DNS SRV records for _etcd-server-ssl lookup _etcd-server-ssl._tcp.example.com: no such"
                        + " host\nerror querying DNS SRV records for _etcd-server lookup"
                        + " _etcd-server._tcp.example.com: no such host",
                refusal("http://a:2380"));
    }

    @Test
    void aMemberUnderAnotherSchemeIsNotTheSame() {
        host("a", "10.0.0.1");
        service("_etcd-server-ssl._tcp.example.com", "a");
        assertEquals(
                "error querying DNS SRV records for _etcd-server-ssl bootstrap at https://a:2380 from DNS for"
                        + " etcd-server-ssl has scheme mismatch with expected peer http://a:2380",
                refusal("http://a:2380").lines().findFirst().orElse(""));
    }
}
