package io.drawbore.peer.internal;

import io.drawbore.api.Workers;
import io.drawbore.metrics.Counter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * An answer that never ends, in which another member gets its messages. Whoever brings frames while nothing is being
 * written writes them itself, without waiting; the rest go together once that is done. Any thread.
 */
final class OutgoingStream {
    /** Frames that may wait; a stream that can't get rid of so many is as good as none. */
    static final int MOST_FRAMES = 4_096;

    /** Bytes that may wait, besides one frame of any size. */
    static final long MOST_BYTES = 64 << 20;

    /** Frames that are written together have so many bytes, unless one alone has more. */
    private static final int WRITE_BYTES = 1 << 20;

    private final Response response;
    private final Callback callback;
    private final EndPoint connection;
    private final Workers workers;
    private final Counter sentBytes;
    private final Consumer<@Nullable Throwable> onEnd;
    private final Writing writing = new Writing();

    // guarded by this
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private long bytes;
    private boolean ended;
    private boolean busy;
    private long busySince;
    private boolean written = true;

    /**
     * Begins the answer.
     *
     * @param callback told when the stream has ended
     * @param onEnd told once, with what went wrong, or null where it was closed
     */
    OutgoingStream(
            Response response,
            Callback callback,
            EndPoint connection,
            Workers workers,
            Counter sentBytes,
            Consumer<@Nullable Throwable> onEnd) {
        this.response = response;
        this.callback = callback;
        this.connection = connection;
        this.workers = workers;
        this.sentBytes = sentBytes;
        this.onEnd = onEnd;
        // the other side waits for the headers
        frames.add(new byte[0]);
    }

    /** Whether there is room for another frame; who asks is the only one who adds. */
    synchronized boolean hasRoom() {
        return !ended && frames.size() < MOST_FRAMES && bytes < MOST_BYTES;
    }

    /** Adds a frame, which {@link #flush} will send. */
    synchronized void add(byte[] frame) {
        frames.add(frame);
        bytes += frame.length;
    }

    /** Sends what waits. Never waits itself. */
    void flush() {
        writing.iterate();
    }

    /**
     * Keeps the link alive, where nothing was written since this was asked last.
     *
     * @param patience how long the other side may take nothing
     */
    void keepAlive(byte[] heartbeat, Duration patience) {
        boolean stuck;
        synchronized (this) {
            stuck = busy && workers.nanoTime() - busySince > patience.toNanos();
            if (!written && !busy && !ended) {
                add(heartbeat);
            }
            written = false;
        }
        if (stuck) {
            end(new IOException("nothing was taken for " + patience.toSeconds() + " s"));
        } else {
            flush();
        }
    }

    /** Whether it goes over that connection. */
    boolean isOn(EndPoint other) {
        return connection.equals(other);
    }

    /** Ends it. */
    void close() {
        end(null);
    }

    private void end(@Nullable Throwable reason) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            frames.clear();
        }
        Throwable failure = reason == null ? new IOException("the stream is closed") : reason;
        connection.close();
        writing.abort(failure);
        callback.failed(failure);
        onEnd.accept(reason);
    }

    /** One write after the other. */
    private final class Writing extends IteratingCallback {
        @Override
        protected Action process() {
            ByteBuffer next = next();
            if (next == null) {
                return Action.IDLE;
            }
            response.write(false, next, this);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            end(cause);
        }
    }

    private synchronized @Nullable ByteBuffer next() {
        if (ended || frames.isEmpty()) {
            busy = false;
            return null;
        }
        busy = true;
        busySince = workers.nanoTime();
        written = true;
        byte[] first = frames.remove();
        byte[] together = frames.isEmpty() ? first : join(first);
        bytes -= together.length;
        sentBytes.add(together.length);
        return ByteBuffer.wrap(together);
    }

    private byte[] join(byte[] first) {
        int size = first.length;
        int count = 0;
        for (byte[] frame : frames) {
            if ((long) size + frame.length > WRITE_BYTES) {
                break;
            }
            size += frame.length;
            count++;
        }
        ByteBuffer joined = ByteBuffer.allocate(size).put(first);
        for (int i = 0; i < count; i++) {
            joined.put(frames.remove());
        }
        return joined.array();
    }
}
