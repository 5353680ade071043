package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One streaming call of the gateway: JSON objects of the request's body become requests as they arrive, responses
 * become lines
 * {@code {"result":…}}. Reading and writing happen on Jetty's threads; responses may come on any.
 */
final class GatewayStream<Q extends Message, R extends Message> implements StreamHandler.Output<R> {
    private final RpcMethod.Streaming<Q, R> method;
    private final GrpcServer server;
    private final RpcMetrics.MethodMetrics metrics;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final JsonSplitter splitter;
    private final Lines lines = new Lines();
    private final AtomicBoolean ended = new AtomicBoolean();
    // Guarded by this, which is held while the input is called: its calls come one at a time.
    private StreamHandler.@Nullable Input<Q> input;

    GatewayStream(RpcMethod.Streaming<Q, R> method, GrpcServer server, Request request, Response response,
            Callback callback, int maxObjectBytes) {
        this.method = method;
        this.server = server;
        this.metrics = server.metrics().of(method);
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.splitter = new JsonSplitter(maxObjectBytes);
    }

    void start(Caller caller, @Nullable String clientVersion) {
        metrics.started();
        // Nothing may be said for hours on a stream.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(failure -> closed(StatusCode.CANCELLED));
        try {
            server.admission().admit(method, caller, clientVersion);
            synchronized (this) {
                input = method.handler().open(this, caller);
            }
            if (caller.requireLeader()) {
                server.leaderWatch().add(this);
            }
        } catch (RuntimeException e) {
            end(Statuses.of(e));
            return;
        }
        read();
    }

    private void read() {
        while (!ended.get()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                closed(StatusCode.CANCELLED);
                lines.abandon();
                callback.failed(chunk.getFailure());
                return;
            }
            try {
                splitter.feed(chunk.getByteBuffer(), this::message);
                if (chunk.isLast()) {
                    halfClosed();
                    return;
                }
            } catch (RuntimeException e) {
                end(Statuses.of(e));
            } finally {
                chunk.release();
            }
        }
    }

    private void message(String json) {
        Q message = GatewayJson.parse(json, method.emptyRequest());
        metrics.received();
        synchronized (this) {
            if (input != null) {
                input.message(message);
            }
        }
    }

    private void halfClosed() {
        String rest = splitter.rest();
        if (!rest.isBlank()) {
            message(rest);
        }
        synchronized (this) {
            if (input != null) {
                input.halfClosed();
            }
        }
    }

    @Override
    public CompletionStage<Void> send(R message) {
        metrics.sent();
        return lines.add(line(message));
    }

    @Override
    public CompletionStage<Void> send(List<EncodedMessage<R>> responses) {
        StringBuilder text = new StringBuilder();
        for (EncodedMessage<R> response : responses) {
            metrics.sent();
            text.append(line(response.parsed()));
        }
        return lines.add(text.toString());
    }

    private static String line(Message message) {
        return "{\"result\":" + GatewayJson.print(message) + "}\n";
    }

    @Override
    public void end(RpcStatus status) {
        if (closed(status.code())) {
            lines.end(status);
        }
    }

    private boolean closed(StatusCode code) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        metrics.handled(code);
        server.leaderWatch().remove(this);
        request.getContext().execute(() -> {
            synchronized (this) {
                StreamHandler.Input<Q> last = input;
                input = null;
                if (last != null) {
                    last.closed();
                }
            }
        });
        return true;
    }

    /** What is written, line by line, one write at a time. */
    private final class Lines extends IteratingCallback {
        private final ArrayDeque<Line> queue = new ArrayDeque<>();
        private @Nullable RpcStatus status;
        private boolean gone;
        // Owned by the thread in process().
        private @Nullable Line inFlight;
        private boolean started;
        private boolean last;

        private record Line(ByteBuffer bytes, CompletableFuture<Void> written) {}

        CompletableFuture<Void> add(String text) {
            Line line = new Line(StandardCharsets.UTF_8.encode(text), new CompletableFuture<>());
            synchronized (queue) {
                if (gone || status != null) {
                    return CompletableFuture.failedFuture(new EOFException("the stream has ended"));
                }
                queue.add(line);
            }
            request.getContext().execute(this::iterate);
            return line.written;
        }

        void end(RpcStatus finalStatus) {
            synchronized (queue) {
                status = finalStatus;
            }
            request.getContext().execute(this::iterate);
        }

        void abandon() {
            synchronized (queue) {
                gone = true;
                for (Line line : queue) {
                    line.written.completeExceptionally(new EOFException("the stream has ended"));
                }
                queue.clear();
            }
        }

        @Override
        protected Action process() {
            finishFlight();
            if (last) {
                return Action.SUCCEEDED;
            }
            Line next;
            RpcStatus end;
            synchronized (queue) {
                next = queue.poll();
                end = next == null && !gone ? status : null;
            }
            if (next != null) {
                start(200);
                inFlight = next;
                response.write(false, next.bytes, this);
                return Action.SCHEDULED;
            }
            if (end == null) {
                return Action.IDLE;
            }
            last = true;
            response.write(true, StandardCharsets.UTF_8.encode(lastLine(end)), this);
            return Action.SCHEDULED;
        }

        private String lastLine(RpcStatus end) {
            boolean begun = started;
            start(GatewayJson.httpStatus(end.code()));
            if (end.code() == StatusCode.OK) {
                return "";
            }
            return begun ? "{\"error\":" + GatewayJson.error(end) + "}\n" : GatewayJson.error(end);
        }

        private void start(int httpStatus) {
            if (!started) {
                started = true;
                response.setStatus(httpStatus);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                if (httpStatus == 200) {
                    response.getHeaders().put(Gateway.METADATA_CONTENT_TYPE);
                }
            }
        }

        private void finishFlight() {
            Line finished = inFlight;
            inFlight = null;
            if (finished != null) {
                finished.written.complete(null);
            }
        }

        @Override
        protected void onCompleteSuccess() {
            server.liveCalls().leave(GatewayStream.this);
            callback.succeeded();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            Line failed = inFlight;
            if (failed != null) {
                failed.written.completeExceptionally(cause);
            }
            abandon();
            closed(StatusCode.CANCELLED);
            server.liveCalls().leave(GatewayStream.this);
            callback.failed(cause);
        }
    }
}
