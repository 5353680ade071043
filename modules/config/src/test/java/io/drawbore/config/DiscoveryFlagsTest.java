package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who else may be asked for the founders. */
class DiscoveryFlagsTest {
    private static Invocation parse(final String... flags) {
        final List<String> all = Stream.concat(Stream.of("--data-dir=/d", "--name=me"), Stream.of(flags)).toList();
        return CommandLine.parse(all, Map.of());
    }

    private static ServerConfig.Bootstrap run(final String... flags) {
        return assertInstanceOf(Invocation.Run.class, parse(flags)).config().bootstrap();
    }

    private static void refused(final String mistake, final String... flags) {
        assertTrue(parse(flags).toString().contains(mistake), () -> parse(flags).toString());
    }

    @Test
    void withoutAnyOfThemNobodyIsAsked() {
        assertEquals(new ServerConfig.Discovery.None(), run().discovery());
    }

    @Test
    void dnsIsAskedForADomain() {
        assertEquals(
                new ServerConfig.Discovery.Dns("example.com", "blue"),
                run("--discovery-srv=example.com", "--discovery-srv-name=blue").discovery());
    }

    @Test
    void anEtcdIsAskedForATokenWhichIsTheClustersToo() {
        final ServerConfig.Bootstrap bootstrap =
                run("--discovery-endpoints=a:1,b:2", "--discovery-token=t", "--discovery-user=u:p");
        assertEquals("t", bootstrap.token());
        assertEquals(
                new ServerConfig.Discovery.Service(
                        List.of("a:1", "b:2"), Duration.ofSeconds(2), Duration.ofSeconds(5), "u", "p"),
                bootstrap.discovery());
    }

    @Test
    void oneWayIsEnough() {
        final String conflict = "multiple discovery or bootstrap flags are set.";
        refused(conflict, "--discovery-srv=x", "--discovery-endpoints=a:1", "--discovery-token=t");
        refused(conflict, "--discovery-srv=x", "--initial-cluster=me=http://localhost:2380");
    }

    @Test
    void endpointsAndTokenGoTogether() {
        final String both = "both --discovery-token and --discovery-endpoints must be set";
        refused(both, "--discovery-token=t");
        refused(both, "--discovery-endpoints=a:1");
    }

    @Test
    void whatIsNotThereYetIsSaid() {
        refused(
                "the discovery service is asked in clear text by this version",
                "--discovery-endpoints=a:1",
                "--discovery-token=t",
                "--discovery-cacert=ca.pem");
    }
}
