package io.drawbore.rpc.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One client's socket, read through an {@link AuthorityRepair}. While an answer without end is given over HTTP/1.1,
 * where Jetty reads nothing until the answer is complete, it looks out for the client's going.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
    private final AuthorityRepair repair = new AuthorityRepair();
    private volatile @Nullable Lookout lookout;
    /** What a client sent behind its request while somebody looked out; read before the socket is. */
    private volatile @Nullable ByteBuffer ahead;

    ClientEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /** The end point of a request over HTTP/1.1, or null. */
    static @Nullable ClientEndPoint ofHttp1(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        boolean http1 = request.getConnectionMetaData().getHttpVersion().getVersion() <= 11;
        return http1 && endPoint instanceof ClientEndPoint client ? client : null;
    }

    /**
     * Looks out until the answer is complete. The request must have been read to its end.
     *
     * @param gone called once, on a thread of the port, when the client has closed the connection
     */
    void lookOut(Runnable gone) {
        Lookout started = new Lookout(gone);
        lookout = started;
        started.waitForBytes();
    }

    /** The answer is complete: Jetty may read again. */
    void lookAway() {
        Lookout started = lookout;
        lookout = null;
        if (started != null) {
            started.stop();
        }
    }

    /** What is read is appended to what the buffer still holds, so it ends at the limit. */
    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        ByteBuffer first = ahead;
        if (first != null) {
            ahead = null;
            return append(first, buffer);
        }
        int filled = super.fill(buffer);
        if (filled > 0 && !repair.isDone()) {
            repair.pass(buffer.slice(buffer.limit() - filled, filled));
        }
        return filled;
    }

    private int append(ByteBuffer from, ByteBuffer to) {
        int count = Math.min(from.remaining(), to.capacity() - to.limit());
        int end = to.limit();
        to.limit(end + count);
        to.put(end, from, from.position(), count);
        from.position(from.position() + count);
        if (from.hasRemaining()) {
            ahead = from;
        }
        return count;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (ahead == null) {
            super.fillInterested(callback);
        } else {
            callback.succeeded();
        }
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        if (ahead == null) {
            return super.tryFillInterested(callback);
        }
        callback.succeeded();
        return true;
    }

    /** Waits for bytes that nobody else waits for, in place of Jetty. */
    private final class Lookout implements Callback {
        private final Runnable gone;
        // Guarded by this, which is held while the socket is read, so that Jetty never reads at the same time.
        private boolean over;

        Lookout(Runnable gone) {
            this.gone = gone;
        }

        private void waitForBytes() {
            // Where somebody waits already, whoever it is will see the end.
            ClientEndPoint.super.tryFillInterested(this);
        }

        synchronized void stop() {
            over = true;
            getFillInterest().onFail(new IOException("nobody looks out any more"));
        }

        @Override
        public void succeeded() {
            boolean closed;
            synchronized (this) {
                if (over) {
                    return;
                }
                closed = isClosedByClient();
                over = closed || ahead != null;
                if (!over) {
                    waitForBytes();
                }
            }
            if (closed) {
                gone.run();
            }
        }

        private boolean isClosedByClient() {
            ByteBuffer read = ByteBuffer.allocate(1024).limit(0);
            try {
                int count = ClientEndPoint.super.fill(read);
                if (count > 0) {
                    ahead = read;
                }
                return count < 0;
            } catch (IOException e) {
                return true;
            }
        }

        /** An idle timeout, which ends no stream, or the end of the connection. */
        @Override
        public void failed(Throwable cause) {
            boolean closed;
            synchronized (this) {
                if (over) {
                    return;
                }
                closed = !isOpen();
                over = closed;
                if (!closed) {
                    waitForBytes();
                }
            }
            if (closed) {
                gone.run();
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
