package io.drawbore.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports of the loopback address that nobody listens on. Each is given once, and none that the system gives to a
 * connection, so that it is still free when a member that was told of it starts, or starts again. A test process takes
 * them from blocks that it has locked, by a file in the folder for temporary ones, for as long as it lives: no other
 * test process of this machine gets one of them, of whichever build.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;

    /** Where Linux begins to give them to connections. */
    private static final int END = 32_768;

    /** Ports of a block. */
    private static final int BLOCK = 500;

    /** The locks of the blocks taken, held here until the process ends. */
    private static final List<FileChannel> LOCKS = new ArrayList<>();

    private static int next;
    private static int end;

    private FreePorts() {}

    /** Takes so many. */
    public static synchronized List<Integer> take(final int count) {
        final List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            if (next == end) {
                lockBlock();
            }
            final int port = next++;
            if (isFree(port)) {
                ports.add(port);
            }
        }
        return List.copyOf(ports);
    }

    private static boolean isFree(final int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (final IOException taken) {
            // by somebody on this machine who is no test
            return false;
        }
    }

    private static void lockBlock() {
        for (int first = FIRST; first + BLOCK <= END; first += BLOCK) {
            if (lock(Path.of(System.getProperty("java.io.tmpdir"), "drawbore-test-ports", Integer.toString(first)))) {
                next = first;
                end = first + BLOCK;
                return;
            }
        }
        throw new IllegalStateException("all ports from " + FIRST + " to " + END + " belong to other tests");
    }

    private static boolean lock(final Path file) {
        try {
            Files.createDirectories(file.getParent());
            final FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                LOCKS.add(channel);
                return true;
            }
            channel.close();
            return false;
        } catch (final IOException | OverlappingFileLockException taken) {
            // by another user, or for another class loader of this process
            return false;
        }
    }
}
