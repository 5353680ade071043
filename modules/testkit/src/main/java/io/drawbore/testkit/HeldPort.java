package io.drawbore.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * A free port of the loopback address for a server of a test, which nobody else is given until it is closed: a socket
 * is bound to it that neither listens nor connects. Linux lets a server listen beside that; elsewhere it is only free
 * at the time that it is taken. Any thread.
 */
public final class HeldPort implements AutoCloseable {
    private final SocketChannel held;
    private final int number;

    private HeldPort(SocketChannel held) throws IOException {
        this.held = held;
        this.number = ((InetSocketAddress) held.getLocalAddress()).getPort();
    }

    /**
     * Takes one.
     *
     * @throws IOException where there is none
     */
    public static HeldPort take() throws IOException {
        SocketChannel socket = SocketChannel.open();
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        HeldPort port = new HeldPort(socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            port.close();
        }
        return port;
    }

    /** Its number, from 1 to 65535. */
    public int number() {
        return number;
    }

    @Override
    public void close() {
        try {
            held.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
