package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hosts in network namespaces of their own on one switch, this process beside them. What a host sends to another can be
 * lost without a word, one way or both, and what it sends at all be slowed or thinned out. Closing takes everything
 * away. Needs root and iproute2; skips the test where a namespace cannot be made.
 */
final class TestNetwork implements AutoCloseable {
    /** A hardware address that nobody has. */
    private static final String NOBODY = "02:00:00:00:00:fe";
    private static final int OWN_HOST = 254;

    /** What is taken away may still be there for a moment, so that the next network has names of its own. */
    private static final AtomicInteger NETWORKS = new AtomicInteger();

    private final int number = NETWORKS.getAndIncrement();
    private final String name = "db" + ProcessHandle.current().pid() % 1_000_000 + "n" + number;
    private final String subnet = "10.231." + (ProcessHandle.current().pid() + number) % 250 + ".";
    private final List<String> namespaces = new ArrayList<>();
    private final int hosts;

    /** @param hosts numbered from 1 */
    TestNetwork(final int hosts) {
        this.hosts = hosts;
        if (Ran.command(List.of("id", "-u"), "", Ran.PATIENCE).output().strip().equals("0") && make(name)) {
            wire();
        } else {
            abort("network namespaces cannot be made: needs root and iproute2");
        }
    }

    private boolean make(final String namespace) {
        final Ran made;
        try {
            made = Ran.command(List.of("ip", "netns", "add", namespace), "", Ran.PATIENCE);
        } catch (final UncheckedIOException missing) {
            return false;
        }
        if (made.exitCode() == 0) {
            namespaces.add(namespace);
        }
        return made.exitCode() == 0;
    }

    private void wire() {
        try {
            in(name, "link", "add", "switch", "type", "bridge");
            in(name, "link", "set", "switch", "up");
            ip("link", "add", name, "type", "veth", "peer", "name", "test", "netns", name);
            ip("addr", "add", subnet + OWN_HOST + "/24", "dev", name);
            ip("link", "set", name, "up");
            plug("test");
            for (int host = 1; host <= hosts; host++) {
                assertEquals(true, make(namespace(host)), "a namespace");
                in(name, "link", "add", "h" + host, "type", "veth", "peer", "name", "eth0", "netns", namespace(host));
                plug("h" + host);
                in(namespace(host), "addr", "add", address(host) + "/24", "dev", "eth0");
                in(namespace(host), "link", "set", "eth0", "up");
                in(namespace(host), "link", "set", "lo", "up");
            }
        } catch (final AssertionError failed) {
            close();
            throw failed;
        }
    }

    private void plug(final String device) {
        in(name, "link", "set", device, "master", "switch");
        in(name, "link", "set", device, "up");
    }

    /** Where a host is reached. */
    String address(final int host) {
        return subnet + host;
    }

    /** What a command begins with that runs on a host. */
    List<String> on(final int host) {
        return List.of("ip", "netns", "exec", namespace(host));
    }

    /** From now on nothing that a host sends to another arrives. */
    void cut(final int from, final int to) {
        in(namespace(from), "neigh", "replace", address(to), "lladdr", NOBODY, "nud", "permanent", "dev", "eth0");
    }

    /** From now on a host and all others don't reach each other; this process reaches it. */
    void isolate(final int host) {
        for (int other = 1; other <= hosts; other++) {
            if (other != host) {
                cut(host, other);
                cut(other, host);
            }
        }
    }

    /** What a host sends takes up to 400 ms. */
    void slow(final int host) {
        shape(host, "rate", "1mbit", "burst", "4kb", "latency", "400ms");
    }

    /** What a host sends in bursts is lost in part. */
    void thinOut(final int host) {
        shape(host, "rate", "2mbit", "burst", "3kb", "limit", "6kb");
    }

    private void shape(final int host, final String... how) {
        final var command = new ArrayList<>(on(host));
        command.addAll(List.of("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf"));
        command.addAll(List.of(how));
        Ran.well(command.toArray(String[]::new));
    }

    /** All hosts reach each other again, at full speed. */
    void mend() {
        for (int host = 1; host <= hosts; host++) {
            in(namespace(host), "neigh", "flush", "dev", "eth0", "nud", "permanent");
            final var unshape = new ArrayList<>(on(host));
            unshape.addAll(List.of("tc", "qdisc", "replace", "dev", "eth0", "root", "pfifo_fast"));
            Ran.well(unshape.toArray(String[]::new));
        }
    }

    private String namespace(final int host) {
        return name + "-" + host;
    }

    private static void ip(final String... arguments) {
        final var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Ran.well(command.toArray(String[]::new));
    }

    private static void in(final String namespace, final String... arguments) {
        final var command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(arguments));
        Ran.well(command.toArray(String[]::new));
    }

    @Override
    public void close() {
        namespaces.reversed().forEach(namespace -> ip("netns", "del", namespace));
        namespaces.clear();
    }
}
