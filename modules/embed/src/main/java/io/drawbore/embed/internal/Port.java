package io.drawbore.embed.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback address that nobody else is given from its making to its close, whether a member listens on it
 * or not: a socket is bound to it that neither listens nor connects, so that who connects meanwhile is refused. One
 * thread at a time.
 */
final class Port implements AutoCloseable {
    /** Linux lets a server listen beside such a socket; elsewhere it has to make room, for a moment. */
    private static final boolean SHARED =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

    private final int number;
    private @Nullable SocketChannel held;

    private Port(final int number, final SocketChannel held) {
        this.number = number;
        this.held = held;
    }

    /** Takes any that is free. */
    static Port any() {
        try {
            return of(bind(0));
        } catch (final IOException refused) {
            throw new UncheckedIOException(
                    "no port of the loopback address can be had: " + refused.getMessage(), refused);
        }
    }

    /** Takes a certain one; nothing where it is not free. */
    static Optional<Port> take(final int wanted) {
        try {
            return Optional.of(of(bind(wanted)));
        } catch (final IOException taken) {
            return Optional.empty();
        }
    }

    private static Port of(final SocketChannel held) throws IOException {
        return new Port(((InetSocketAddress) held.getLocalAddress()).getPort(), held);
    }

    private static SocketChannel bind(final int wanted) throws IOException {
        final SocketChannel socket = SocketChannel.open();
        try {
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), wanted));
            return socket;
        } catch (final IOException refused) {
            socket.close();
            throw refused;
        }
    }

    int number() {
        return number;
    }

    String url() {
        return "http://127.0.0.1:" + number;
    }

    /** A member is about to listen on it. */
    void lend() {
        if (!SHARED) {
            close();
        }
    }

    /** No member listens on it any more. */
    void takeBack() {
        if (held == null) {
            try {
                held = bind(number);
            } catch (final IOException taken) {
                // by somebody else, meanwhile: the member's next start says so
                held = null;
            }
        }
    }

    @Override
    public void close() {
        final SocketChannel socket = held;
        held = null;
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
