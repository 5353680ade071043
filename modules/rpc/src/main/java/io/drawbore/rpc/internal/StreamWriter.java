package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * All that is written to one stream: messages in their order, then the status. Jetty allows one outstanding write a
 * stream, so messages queue here; those that queued up together leave in one frame. Queueing is safe on any thread and
 * does no I/O; writing happens on the connection's executor and in Jetty's callbacks.
 */
final class StreamWriter extends IteratingCallback {
    private static final HttpField GRPC_CONTENT = new PreEncodedHttpField("content-type", "application/grpc");
    private static final HttpField STATUS_OK = new PreEncodedHttpField("grpc-status", "0");
    private static final MetaData.Response HEADERS = response(200, HttpFields.from(GRPC_CONTENT));
    private static final MetaData TRAILERS_OK = new MetaData(HttpVersion.HTTP_2, HttpFields.from(STATUS_OK));

    private final HTTP2Stream stream;
    private final GrpcConnection connection;
    private final Runnable onDrained;
    private final Consumer<Throwable> onBroken;

    private final Object lock = new Object();
    // Guarded by lock.
    private final ArrayDeque<Queued> queue = new ArrayDeque<>(2);
    private @Nullable RpcStatus status;
    private boolean gone;
    private boolean scheduled;

    // Owned by the one thread that is in process() or in a callback.
    private List<Queued> inFlight = List.of();
    private int inFlightBytes;
    /** What is still to be written of the messages in flight. */
    private final ArrayDeque<ByteBuffer> frames = new ArrayDeque<>(2);
    private boolean headersSent;
    private boolean statusSent;

    /**
     * A writer of nothing yet.
     *
     * @param onDrained called, on any thread, whenever the queue has become empty
     * @param onBroken called where a message cannot be encoded, with what it threw
     */
    StreamWriter(HTTP2Stream stream, GrpcConnection connection, Runnable onDrained, Consumer<Throwable> onBroken) {
        this.stream = stream;
        this.connection = connection;
        this.onDrained = onDrained;
        this.onBroken = onBroken;
    }

    /** Queues a message; the future fails when the stream is gone or has ended. */
    CompletableFuture<Void> send(Message message) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        return send(List.of(new Queued(new MessageBody.Plain(message), written)), written);
    }

    /** Queues messages, at least one, in one go; the future is that of the last one. */
    CompletableFuture<Void> send(List<? extends EncodedMessage<?>> messages) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        List<Queued> all = new ArrayList<>(messages.size());
        for (EncodedMessage<?> message : messages) {
            boolean last = all.size() == messages.size() - 1;
            all.add(new Queued(new MessageBody.Encoded(message), last ? written : null));
        }
        return send(all, written);
    }

    private CompletableFuture<Void> send(List<Queued> messages, CompletableFuture<Void> written) {
        boolean schedule;
        synchronized (lock) {
            if (gone || status != null) {
                return CompletableFuture.failedFuture(new EOFException("the stream has ended"));
            }
            queue.addAll(messages);
            schedule = !scheduled;
            scheduled = true;
        }
        if (schedule) {
            connection.execute(this::runScheduled);
        }
        return written;
    }

    /** Queues the status behind all messages. Calls after the first do nothing. */
    void end(RpcStatus finalStatus) {
        synchronized (lock) {
            if (gone || status != null) {
                return;
            }
            status = finalStatus;
        }
        connection.execute(this::iterate);
    }

    /** Writes the only message and OK, on this thread; nothing else may have been queued. */
    void reply(Message message) {
        synchronized (lock) {
            if (gone || status != null) {
                return;
            }
            queue.add(new Queued(new MessageBody.Plain(message), null));
            status = RpcStatus.OK;
        }
        iterate();
    }

    /** The stream is gone: what is queued fails, nothing more is written. */
    void abandon(Throwable cause) {
        List<Queued> lost;
        synchronized (lock) {
            gone = true;
            lost = new ArrayList<>(queue);
            queue.clear();
        }
        for (Queued queued : lost) {
            queued.finish(cause);
        }
    }

    /** Messages that wait to be written. */
    int backlog() {
        synchronized (lock) {
            return queue.size();
        }
    }

    private void runScheduled() {
        synchronized (lock) {
            scheduled = false;
        }
        iterate();
    }

    @Override
    protected Action process() {
        finishFrame(null);
        ByteBuffer rest = frames.poll();
        if (rest != null) {
            sendFrame(rest);
            return Action.SCHEDULED;
        }
        finishFlight(null);
        if (statusSent) {
            return Action.SUCCEEDED;
        }
        List<Queued> batch;
        RpcStatus last;
        synchronized (lock) {
            if (gone) {
                return Action.IDLE;
            }
            batch = takeBatch();
            last = queue.isEmpty() ? status : null;
        }
        if (batch.isEmpty()) {
            return last == null ? Action.IDLE : sendStatus(last);
        }
        sendData(batch, last);
        return Action.SCHEDULED;
    }

    /** The first message, whatever its size, and those behind it as far as one frame holds them. */
    private List<Queued> takeBatch() {
        Queued first = queue.poll();
        if (first == null) {
            return List.of();
        }
        int bytes = first.frameBytes();
        Queued next = queue.peek();
        if (next == null || bytes + next.frameBytes() > SendWindow.FRAME_BYTES) {
            return List.of(first);
        }
        List<Queued> batch = new ArrayList<>();
        batch.add(first);
        while (next != null && bytes + next.frameBytes() <= SendWindow.FRAME_BYTES) {
            bytes += next.frameBytes();
            batch.add(next);
            queue.poll();
            next = queue.peek();
        }
        return batch;
    }

    private void sendData(List<Queued> batch, @Nullable RpcStatus last) {
        inFlight = batch;
        try {
            encode(batch);
        } catch (RuntimeException | Error broken) {
            onBroken.accept(broken);
            throw broken;
        }
        ByteBuffer first = frames.remove();
        if (headersSent) {
            sendFrame(first);
            return;
        }
        headersSent = true;
        DataFrame data = startFrame(first);
        HeadersFrame headers = new HeadersFrame(stream.getId(), HEADERS, null, false);
        HeadersFrame trailers = null;
        if (last != null && frames.isEmpty() && connection.window().fits(stream, inFlightBytes)) {
            statusSent = true;
            trailers = new HeadersFrame(stream.getId(), trailers(last), null, true);
        }
        stream.send(new HTTP2Stream.FrameList(headers, data, trailers), this);
    }

    private void sendFrame(ByteBuffer bytes) {
        stream.data(startFrame(bytes), this);
    }

    private DataFrame startFrame(ByteBuffer bytes) {
        inFlightBytes = bytes.remaining();
        connection.window().sending(inFlightBytes);
        return new DataFrame(stream.getId(), bytes, false);
    }

    private Action sendStatus(RpcStatus last) {
        statusSent = true;
        MetaData fields = headersSent ? trailers(last) : response(200, statusFields(last).add(GRPC_CONTENT));
        stream.headers(new HeadersFrame(stream.getId(), fields, null, true), this);
        return Action.SCHEDULED;
    }

    /** Turns messages into bytes to write: all in one buffer, but for large shared pieces, which are not copied. */
    private void encode(List<Queued> batch) {
        int copied = 0;
        for (Queued queued : batch) {
            copied = Math.addExact(copied, MessageBody.PREFIX + queued.body.copiedBytes());
        }
        DataFrames data = new DataFrames(copied, frames);
        for (Queued queued : batch) {
            queued.body.writeTo(data);
            connection.metrics().messageSent(queued.body.size());
        }
        data.finish();
    }

    private void finishFrame(@Nullable Throwable failure) {
        if (inFlightBytes > 0) {
            connection.window().sent(inFlightBytes);
            inFlightBytes = 0;
        }
        if (failure != null) {
            frames.clear();
        }
    }

    private void finishFlight(@Nullable Throwable failure) {
        if (inFlight.isEmpty()) {
            return;
        }
        List<Queued> finished = inFlight;
        inFlight = List.of();
        for (Queued queued : finished) {
            queued.finish(failure);
        }
        if (failure == null && backlog() == 0) {
            onDrained.run();
        }
    }

    @Override
    protected void onCompleteSuccess() {
        // The client may still be sending: tell it to stop, with no error, and let the stream go.
        if (!stream.isRemotelyClosed() && !stream.isReset()) {
            stream.reset(new ResetFrame(stream.getId(), ErrorCode.NO_ERROR.code), Callback.NOOP);
        }
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        finishFrame(cause);
        finishFlight(cause);
        abandon(cause);
        if (!stream.isReset() && !stream.isClosed()) {
            stream.reset(new ResetFrame(stream.getId(), ErrorCode.INTERNAL_ERROR.code), Callback.NOOP);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private static MetaData trailers(RpcStatus status) {
        return status.code() == StatusCode.OK ? TRAILERS_OK : new MetaData(HttpVersion.HTTP_2, statusFields(status));
    }

    private static HttpFields.Mutable statusFields(RpcStatus status) {
        HttpFields.Mutable fields = HttpFields.build().put("grpc-status", Integer.toString(status.code().number()));
        if (!status.text().isEmpty()) {
            fields.put("grpc-message", Statuses.percentEncode(status.text()));
        }
        return fields;
    }

    private static MetaData.Response response(int httpStatus, HttpFields fields) {
        return new MetaData.Response(httpStatus, null, HttpVersion.HTTP_2, fields.asImmutable());
    }

    /** @param written told what became of it, where somebody wants to know */
    private record Queued(MessageBody body, @Nullable CompletableFuture<Void> written) {
        int frameBytes() {
            return MessageBody.PREFIX + body.size();
        }

        void finish(@Nullable Throwable failure) {
            if (written == null) {
                return;
            }
            if (failure == null) {
                written.complete(null);
            } else {
                written.completeExceptionally(failure);
            }
        }
    }
}
