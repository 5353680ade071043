package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One streaming call of the gateway: JSON objects of the request's body become requests as they arrive, responses
 * become lines {@code {"result":…}}. Reading and writing happen on Jetty's threads; responses may come on any.
 */
final class GatewayStream<Q extends Message, R extends Message> implements StreamHandler.Output<R>, GatewayLines.Owner {
    /** Answers that may wait before the call stops reading requests. */
    private static final int MAX_BACKLOG = 64;

    private final RpcMethod.Streaming<Q, R> method;
    private final GrpcServer server;
    private final RpcMetrics.MethodMetrics metrics;
    private final Request request;
    private final Callback callback;
    private final JsonSplitter splitter;
    private final GatewayLines lines;
    /** What has arrived of a request that is not whole. */
    private final HeldBytes.Share arriving;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean readingPaused = new AtomicBoolean();
    private final AtomicBoolean completed = new AtomicBoolean();
    // Written under this, which is held while the input is called: its calls come one at a time.
    private volatile StreamHandler.@Nullable Input<Q> input;
    // Owned by the reading thread.
    private @Nullable String onlyRequest;
    private boolean saidAll;

    GatewayStream(RpcMethod.Streaming<Q, R> method, GrpcServer server, Request request, Response response,
            Callback callback, int maxObjectBytes) {
        this.method = method;
        this.server = server;
        this.metrics = server.metrics().of(method);
        this.request = request;
        this.callback = callback;
        this.splitter = new JsonSplitter(maxObjectBytes);
        this.lines = new GatewayLines(response, request.getContext(),
                server.held().open(() -> Gateway.disconnect(request)), this);
        this.arriving = server.held().open(() -> Gateway.disconnect(request));
    }

    void start(Caller caller, @Nullable String clientVersion) {
        metrics.started();
        // Nothing may be said for hours on a stream.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(this::lost);
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
            if ((lines.backlog() >= MAX_BACKLOG || !wantsMore()) && pauseReading()) {
                return;
            }
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::read);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                lost(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            try {
                take(chunk);
            } catch (RuntimeException e) {
                end(Statuses.of(e));
            } finally {
                chunk.release();
            }
            if (last) {
                return;
            }
        }
    }

    private void take(Content.Chunk chunk) {
        if (saidAll) {
            // Dropped: what comes behind a mistake, or behind the only request.
            chunk.getByteBuffer().position(chunk.getByteBuffer().limit());
        } else {
            int before = splitter.size();
            splitter.feed(chunk.getByteBuffer(), this::object);
            if (splitter.size() > before) {
                arriving.add(splitter.size() - before);
            } else {
                arriving.release(before - splitter.size());
            }
        }
        if (chunk.isLast()) {
            arriving.releaseAll();
            endOfBody();
            lookOut();
        }
    }

    /** From here on nothing is read but the client's going. */
    private void lookOut() {
        ClientEndPoint client = ClientEndPoint.ofHttp1(request);
        if (client != null && !ended.get()) {
            client.lookOut(() -> lost(new EOFException("the client is gone")));
        }
    }

    private void lookAway() {
        ClientEndPoint client = ClientEndPoint.ofHttp1(request);
        if (client != null) {
            client.lookAway();
        }
    }

    private void object(String json) {
        if (method.bidi()) {
            message(json);
        } else if (onlyRequest == null) {
            onlyRequest = json;
        }
    }

    private void endOfBody() {
        String rest = splitter.rest();
        if (!method.bidi()) {
            onlyRequest(onlyRequest == null ? rest : onlyRequest);
            return;
        }
        if (!rest.isBlank()) {
            message(rest);
        }
        halfClose();
    }

    private void onlyRequest(String json) {
        Q message;
        try {
            message = GatewayJson.parse(json, method.emptyRequest());
        } catch (EtcdException e) {
            if (closed(e.code())) {
                lines.refuse(RpcStatus.of(e));
            }
            return;
        }
        received(message);
        halfClose();
    }

    /** As in etcd, a mistake in a stream of requests ends the requests, not the stream. */
    private void message(String json) {
        if (saidAll) {
            return;
        }
        Q message;
        try {
            message = GatewayJson.parse(json, method.emptyRequest());
        } catch (EtcdException mistake) {
            halfClose();
            return;
        }
        received(message);
    }

    private void received(Q message) {
        metrics.received();
        synchronized (this) {
            StreamHandler.Input<Q> open = input;
            if (open != null) {
                open.message(message);
            }
        }
    }

    private void halfClose() {
        if (saidAll) {
            return;
        }
        saidAll = true;
        synchronized (this) {
            StreamHandler.Input<Q> open = input;
            if (open != null) {
                open.halfClosed();
            }
        }
    }

    private boolean wantsMore() {
        StreamHandler.Input<Q> open = input;
        return open == null || open.wantsMore();
    }

    /** Stops reading until writer and handler have caught up; false where they have already. */
    private boolean pauseReading() {
        readingPaused.set(true);
        return !hasCaughtUp() || !readingPaused.compareAndSet(true, false);
    }

    private boolean hasCaughtUp() {
        return lines.backlog() == 0 && wantsMore();
    }

    private void resumeReading() {
        if (hasCaughtUp() && readingPaused.compareAndSet(true, false)) {
            request.demand(this::read);
        }
    }

    @Override
    public void ready() {
        request.getContext().execute(this::resumeReading);
    }

    @Override
    public void drained() {
        resumeReading();
    }

    @Override
    public CompletionStage<Void> send(R message) {
        metrics.sent();
        return lines.add(message);
    }

    @Override
    public CompletionStage<Void> send(List<EncodedMessage<R>> responses) {
        CompletionStage<Void> last = CompletableFuture.completedFuture(null);
        for (EncodedMessage<R> response : responses) {
            last = send(response.parsed());
        }
        return last;
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

    @Override
    public void written() {
        if (completed.compareAndSet(false, true)) {
            server.liveCalls().leave(this);
            lookAway();
            callback.succeeded();
        }
    }

    @Override
    public void lost(Throwable cause) {
        closed(StatusCode.CANCELLED);
        lines.abandon(cause);
        if (completed.compareAndSet(false, true)) {
            server.liveCalls().leave(this);
            arriving.releaseAll();
            lookAway();
            callback.failed(cause);
        }
    }
}
