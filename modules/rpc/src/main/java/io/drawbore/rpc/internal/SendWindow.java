package io.drawbore.rpc.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;

/**
 * Knows which replies of a connection are certain to leave at once. Headers, data and trailers may be handed to Jetty
 * in one piece only then: where the data has to wait for a flow-control window or needs a second frame, Jetty sends the
 * trailers ahead of it, and the client sees a reply cut short with status 0. Any thread.
 */
final class SendWindow {
    /** The least that every peer takes in a frame, and Jetty's size of frames. */
    static final int FRAME_BYTES = 16_384;

    private final HTTP2Session session;
    /** Bytes handed to Jetty whose callback has not come; they may or may not be taken off the window already. */
    private final AtomicLong outstanding = new AtomicLong();
    /** Whether other users of the window exist whose bytes are not counted here. */
    private volatile boolean shared;

    SendWindow(HTTP2Session session) {
        this.session = session;
    }

    /** Plain HTTP is spoken on this connection too: from now on nothing is certain. */
    void share() {
        shared = true;
    }

    /** Counts bytes that are about to be sent in any way. */
    void sending(int bytes) {
        outstanding.addAndGet(bytes);
    }

    /** The callback of such bytes has come. */
    void sent(int bytes) {
        outstanding.addAndGet(-bytes);
    }

    /** Whether bytes counted just now by {@link #sending} fit one frame and both windows. */
    boolean fits(HTTP2Stream stream, int bytes) {
        return bytes <= FRAME_BYTES && !shared && stream.getSendWindow() >= bytes
                && session.getSendWindow() >= outstanding.get();
    }
}
