package io.drawbore.rpc.internal;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A clear-text listener whose connections read through an {@link AuthorityRepair}. It sits in the end point, as only
 * that sees a connection from its first byte: Jetty's HTTP/1.1 reads the preface and then gives way to HTTP/2.
 */
final class RepairingConnector extends ServerConnector {
    RepairingConnector(Server server, ConnectionFactory... protocols) {
        super(server, protocols);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new ClientEndPoint(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
