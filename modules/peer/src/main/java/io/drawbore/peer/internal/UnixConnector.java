package io.drawbore.peer.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a socket in the file system, with Jetty's connections behind it: Jetty 12.1 has a client for such sockets
 * and no server. Its file is there while it listens; one that an ended process left is taken away before.
 */
final class UnixConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(UnixConnector.class);

    private final Path file;
    private volatile @Nullable ServerSocketChannel listening;

    UnixConnector(Server server, Path file, HttpConnectionFactory http) {
        super(server, 1, 1, http);
        this.file = file;
    }

    @Override
    public void open() throws IOException {
        if (listening == null) {
            Files.deleteIfExists(file);
            ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                opened.bind(UnixDomainSocketAddress.of(file), getAcceptQueueSize());
            } catch (IOException e) {
                opened.close();
                throw e;
            }
            listening = opened;
        }
    }

    @Override
    public boolean isOpen() {
        ServerSocketChannel opened = listening;
        return opened != null && opened.isOpen();
    }

    @Override
    public void accept(int acceptor) throws IOException {
        ServerSocketChannel opened = listening;
        if (opened != null && opened.isOpen()) {
            SocketChannel accepted = opened.accept();
            accepted.configureBlocking(false);
            getSelectorManager().accept(accepted);
        }
    }

    @Override
    public void close() {
        ServerSocketChannel opened = listening;
        listening = null;
        if (opened != null) {
            try (opened) {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // The next one who listens takes it away.
                LOG.debug("{} is left behind", file, e);
            }
        }
    }

    @Override
    public @Nullable Object getTransport() {
        return listening;
    }
}
