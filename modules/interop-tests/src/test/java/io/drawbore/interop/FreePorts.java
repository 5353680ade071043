package io.drawbore.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports of the loopback address that nobody listens on. Each is given once, and none that the system gives to a
 * connection, so that it is still free when a member that was told of it starts. Each test process has ports of its
 * own.
 */
public final class FreePorts {
    /** Below 32,768, where Linux begins to give them to connections. */
    private static final int FIRST = 20_000;

    /** How many a test process has. */
    private static final int COUNT = 6_000;

    private static final int OWN = FIRST + (Integer.getInteger("drawbore.fork", 1) - 1) % 2 * COUNT;

    /** Spreads process ids that are near each other. */
    private static final long SPREAD = 2_399;

    /** Where this process begins: one that runs at the same time for another checkout begins elsewhere. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * SPREAD % COUNT));

    private FreePorts() {}

    /** Takes so many. */
    public static List<Integer> take(final int count) {
        return IntStream.range(0, count).mapToObj(_ -> takeOne()).toList();
    }

    private static int takeOne() {
        for (int tried = 0; tried < COUNT; tried++) {
            final int port = OWN + NEXT.getAndIncrement() % COUNT;
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                return port;
            } catch (final IOException taken) {
                // by somebody else on this machine: the next one may be free
            }
        }
        throw new IllegalStateException("no port is free from " + OWN + " to " + (OWN + COUNT - 1));
    }
}
