package io.drawbore.rpc.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call on one HTTP/2 stream: cuts the bytes into messages, hands them to the handler, and sends what it
 * answers. The listener's methods run on the connection's reading thread and never block; answers come on any thread
 * and are written by the connection's executor. Whoever ends the call first (handler, deadline, client) ends it.
 */
abstract sealed class GrpcCall<Q extends Message, R extends Message> implements Stream.Listener
        permits GrpcCall.UnaryCall, GrpcCall.StreamingCall {
    /** Answers that may wait before the call stops reading requests. */
    private static final int MAX_BACKLOG = 64;

    final RpcMethod<Q, R> method;
    final GrpcConnection connection;
    final RpcMetrics.MethodMetrics metrics;
    final StreamWriter writer;
    final Caller caller;
    final @Nullable String clientVersion;
    /** Answers that wait to be taken. */
    final HeldBytes.Share answers;
    private final HTTP2Stream stream;
    private final MessageReader reader;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean readingPaused = new AtomicBoolean();
    private volatile Scheduler.@Nullable Task deadline;

    GrpcCall(RpcMethod<Q, R> method, GrpcConnection connection, HTTP2Stream stream, CallHeaders headers) {
        this.method = method;
        this.connection = connection;
        this.stream = stream;
        this.caller = headers.caller(connection.remote());
        this.clientVersion = headers.clientVersion();
        this.metrics = connection.metrics().of(method);
        this.answers = connection.server().answers().open(this::disconnect);
        this.reader = new MessageReader(connection.server().maxMessageBytes(),
                connection.server().requests().open(this::giveUpRequest));
        this.writer = new StreamWriter(stream, connection, this::resumeReading, this::broken);
    }

    /** A call of the kind that the method wants. */
    static GrpcCall<?, ?> of(RpcMethod<?, ?> method, GrpcConnection connection, HTTP2Stream stream,
            CallHeaders headers) {
        return switch (method) {
            case RpcMethod.Unary<?, ?> unary -> new UnaryCall<>(unary, connection, stream, headers);
            case RpcMethod.Streaming<?, ?> streaming -> new StreamingCall<>(streaming, connection, stream, headers);
        };
    }

    /**
     * Starts the call.
     *
     * @param timeoutNanos the client's patience, or null
     * @param endOfInput whether the client has already said all
     */
    final void start(@Nullable Long timeoutNanos, boolean endOfInput) {
        metrics.started();
        if (timeoutNanos != null) {
            if (timeoutNanos <= 0) {
                end(RpcStatus.DEADLINE);
                return;
            }
            deadline = connection.schedule(() -> end(RpcStatus.DEADLINE), timeoutNanos);
        }
        opened();
        if (endOfInput) {
            inputEnded();
        } else {
            stream.demand();
        }
    }

    /** The headers are in. */
    abstract void opened();

    /** A whole request is in. */
    abstract void received(Q request);

    /** Whether the handler takes further requests now. */
    abstract boolean wantsMore();

    /** The client sends no more. */
    abstract void halfClosed();

    /** The call is over; comes once. */
    abstract void closed();

    @Override
    public final void onDataAvailable(Stream ignored) {
        while (!isEnded()) {
            if ((writer.backlog() >= MAX_BACKLOG || !wantsMore()) && pauseReading()) {
                return;
            }
            Stream.Data data = stream.readData();
            if (data == null) {
                stream.demand();
                return;
            }
            boolean last = data.frame().isEndStream();
            try {
                read(data.frame().getByteBuffer());
            } finally {
                data.release();
            }
            if (last) {
                inputEnded();
                return;
            }
        }
    }

    private void read(ByteBuffer bytes) {
        try {
            ByteBuffer message = reader.next(bytes);
            while (message != null && !isEnded()) {
                int size = message.remaining();
                Q request = parse(message);
                connection.metrics().messageReceived(size);
                metrics.received();
                received(request);
                message = reader.next(bytes);
            }
        } catch (InvalidProtocolBufferException e) {
            end(new RpcStatus(StatusCode.INTERNAL,
                    "grpc: error unmarshalling request: proto: cannot parse invalid wire-format data"));
        } catch (EtcdException e) {
            end(RpcStatus.of(e));
        } catch (RuntimeException | Error e) {
            end(Statuses.of(e));
        }
    }

    /** A plug-in's request is read by code of the plug-in's. */
    private Q parse(ByteBuffer message) throws InvalidProtocolBufferException {
        try {
            return method.parse(message);
        } catch (RuntimeException | Error broken) {
            throw Statuses.broken(method, "cannot read a request", broken).exception();
        }
    }

    private void inputEnded() {
        if (isEnded()) {
            return;
        }
        if (reader.isInsideMessage()) {
            end(new RpcStatus(StatusCode.INTERNAL, "unexpected EOF"));
            return;
        }
        try {
            halfClosed();
        } catch (RuntimeException | Error e) {
            end(Statuses.of(e));
        }
    }

    /** Stops reading until writer and handler have caught up; false where they have already. */
    private boolean pauseReading() {
        readingPaused.set(true);
        return !hasCaughtUp() || !readingPaused.compareAndSet(true, false);
    }

    /** Called whenever writer or handler have caught up; whoever is the last of the two finds the other ready. */
    final void resumeReading() {
        if (hasCaughtUp() && readingPaused.compareAndSet(true, false)) {
            stream.demand();
        }
    }

    private boolean hasCaughtUp() {
        return writer.backlog() == 0 && wantsMore();
    }

    final boolean isEnded() {
        return ended.get();
    }

    /** Ends the call with a status, unless it has ended. */
    public final void end(RpcStatus status) {
        if (finish(status.code())) {
            writer.end(status);
        }
    }

    /** Takes the right to end the call; true for the first taker only. */
    final boolean finish(StatusCode code) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        Scheduler.Task task = deadline;
        if (task != null) {
            task.cancel();
        }
        metrics.handled(code);
        closed();
        return true;
    }

    /** Not under the lock of whoever holds too much. */
    private void giveUpRequest() {
        connection.execute(() -> {
            end(Statuses.tooSlow());
            reader.abandon();
        });
    }

    /**
     * Ends the connection of a client that takes no answers: they lie in Jetty's queue, behind a write that may never
     * end, and leave it with the connection only.
     */
    private void disconnect() {
        connection.execute(() -> stream.getSession().getEndPoint()
                .close(new EOFException(Statuses.tooSlow().text())));
    }

    /** A response cannot be written: the stream is reset, which a client takes for {@code INTERNAL}. */
    private void broken(Throwable cause) {
        finish(Statuses.broken(method, "cannot write a response", cause).code());
    }

    private void gone(Throwable cause) {
        finish(StatusCode.CANCELLED);
        writer.abandon(cause);
    }

    @Override
    public final void onHeaders(Stream ignored, HeadersFrame trailers) {
        inputEnded();
    }

    @Override
    public final void onReset(Stream ignored, ResetFrame frame, Callback callback) {
        gone(new EOFException("the client has cancelled"));
        callback.succeeded();
    }

    @Override
    public final void onFailure(Stream ignored, int error, @Nullable String reason, @Nullable Throwable failure,
            Callback callback) {
        gone(failure == null ? new EOFException(reason) : failure);
        callback.succeeded();
    }

    @Override
    public final void onClosed(Stream ignored) {
        answers.releaseAll();
        reader.abandon();
        connection.server().liveCalls().leave(this);
    }

    /** A stream may be silent as long as it likes; dead connections are found by pings. */
    @Override
    public final void onIdleTimeout(Stream ignored, TimeoutException timeout, Promise<Boolean> promise) {
        promise.succeeded(false);
    }

    /** One request, one response. */
    static final class UnaryCall<Q extends Message, R extends Message> extends GrpcCall<Q, R>
            implements LiveCalls.Overdue {
        private final RpcMethod.Unary<Q, R> unary;
        private @Nullable Q request;
        /** What is cancelled where the call is over before it. */
        private volatile @Nullable CompletableFuture<R> awaited;

        UnaryCall(RpcMethod.Unary<Q, R> unary, GrpcConnection connection, HTTP2Stream stream, CallHeaders headers) {
            super(unary, connection, stream, headers);
            this.unary = unary;
        }

        @Override
        void opened() {}

        @Override
        void received(Q message) {
            if (request != null) {
                throw Statuses.secondRequest();
            }
            request = message;
        }

        @Override
        boolean wantsMore() {
            return true;
        }

        @Override
        void halfClosed() {
            Q message = request;
            if (message == null) {
                throw Statuses.noRequest();
            }
            request = null;
            connection.server().admission().admit(unary, message, caller, clientVersion);
            var answer = unary.handler().apply(message, caller);
            if (unary.ends()) {
                awaited = answer;
                if (isEnded()) {
                    answer.cancel(false);
                }
            }
            if (answer.isDone()) {
                var _ = answer.whenComplete(this::answer);
            } else {
                var _ = answer.whenComplete((response, failure) -> connection.execute(() -> answer(response, failure)));
            }
        }

        // One of the two is null, which one only the future knows.
        private void answer(@Nullable R response, @Nullable Throwable failure) {
            if (response == null) {
                end(Statuses.of(failure == null ? new NullPointerException("no response") : failure));
                return;
            }
            int bytes;
            try {
                bytes = response.getSerializedSize();
            } catch (RuntimeException | Error broken) {
                // A plug-in's response is written by code of the plug-in's.
                end(Statuses.broken(method, "cannot write a response", broken));
                return;
            }
            if (finish(StatusCode.OK)) {
                metrics.sent();
                if (bytes >= HeldBytes.COUNTED_FROM) {
                    answers.add(bytes);
                }
                writer.reply(response);
            }
        }

        @Override
        public boolean stopWaiting() {
            if (unary.ends()) {
                end(RpcStatus.of(EtcdError.STOPPED.exception()));
            }
            return unary.ends();
        }

        @Override
        void closed() {
            CompletableFuture<R> answer = awaited;
            if (answer != null) {
                answer.cancel(false);
            }
        }
    }

    /** Responses until somebody ends it. */
    static final class StreamingCall<Q extends Message, R extends Message> extends GrpcCall<Q, R>
            implements StreamHandler.Output<R> {
        private final RpcMethod.Streaming<Q, R> streaming;
        private final Object lock = new Object();
        // Written under the lock, which is held while the input is called: its calls come one at a time.
        private volatile StreamHandler.@Nullable Input<Q> input;
        // Owned by the reading thread.
        private boolean requested;

        StreamingCall(RpcMethod.Streaming<Q, R> streaming, GrpcConnection connection, HTTP2Stream stream,
                CallHeaders headers) {
            super(streaming, connection, stream, headers);
            this.streaming = streaming;
        }

        @Override
        void opened() {
            try {
                connection.server().admission().admit(streaming, caller, clientVersion);
                synchronized (lock) {
                    if (!isEnded()) {
                        input = streaming.handler().open(this, caller);
                    }
                }
                if (caller.requireLeader()) {
                    connection.server().leaderWatch().add(this);
                    if (isEnded()) {
                        connection.server().leaderWatch().remove(this);
                    }
                }
            } catch (RuntimeException | Error e) {
                end(Statuses.of(e));
            }
        }

        @Override
        void received(Q message) {
            if (requested && !streaming.bidi()) {
                throw Statuses.secondRequest();
            }
            requested = true;
            synchronized (lock) {
                StreamHandler.Input<Q> open = input;
                if (open != null) {
                    open.message(message);
                }
            }
        }

        @Override
        boolean wantsMore() {
            StreamHandler.Input<Q> open = input;
            return open == null || open.wantsMore();
        }

        /** Not on this thread: reading on would go through the handler again. */
        @Override
        public void ready() {
            connection.execute(this::resumeReading);
        }

        @Override
        void halfClosed() {
            synchronized (lock) {
                StreamHandler.Input<Q> open = input;
                if (open != null) {
                    open.halfClosed();
                }
            }
        }

        @Override
        void closed() {
            connection.server().leaderWatch().remove(this);
            // Not on this thread: it may be one of the server's that is ending the stream from inside a call of its
            // own.
            connection.execute(() -> {
                synchronized (lock) {
                    StreamHandler.Input<Q> last = input;
                    input = null;
                    if (last != null) {
                        last.closed();
                    }
                }
            });
        }

        @Override
        public CompletionStage<Void> send(R response) {
            metrics.sent();
            if (streaming.bidi()) {
                // What watchers are sent is bounded, and shared between them, where it comes from.
                return writer.send(response);
            }
            int bytes = response.getSerializedSize();
            answers.add(bytes);
            return writer.send(response).whenComplete((sent, failure) -> answers.release(bytes));
        }

        @Override
        public CompletionStage<Void> send(List<EncodedMessage<R>> responses) {
            responses.forEach(_ -> metrics.sent());
            return writer.send(responses);
        }
    }
}
