package io.drawbore.peer.internal;

import java.net.SocketAddress;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;

/**
 * Tells of those with whom no TLS came about: clear text, or a certificate that isn't trusted. Any thread.
 *
 * @param refusals says it once
 */
record HandshakeRefusals(Refusals refusals) implements SslHandshakeListener {
    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        SocketAddress remote = event.getEndPoint().getRemoteSocketAddress();
        String address = remote instanceof java.net.InetSocketAddress inet
                ? inet.getAddress().getHostAddress()
                : String.valueOf(remote);
        refusals.tell(address, "no TLS: " + failure.getMessage());
    }
}
