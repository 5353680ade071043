package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * What one streaming call of the gateway writes, line by line and piece by piece, one write at a time. A response
 * becomes JSON when it is its turn, so that what waits is shared with other streams where the responses are. Queueing
 * is safe on any thread and does no I/O.
 */
final class GatewayLines extends IteratingCallback {
    private final Response response;
    private final Executor executor;
    private final Owner owner;
    /** The piece that is being written: JSON is this stream's alone, whoever shares the response. */
    private final HeldBytes.Share share;

    // Guarded by itself.
    private final ArrayDeque<Line> queue = new ArrayDeque<>(2);
    // Guarded by the queue.
    private @Nullable RpcStatus status;
    private boolean plain;
    private boolean gone;
    // Owned by the thread in process().
    private @Nullable Line inFlight;
    private @Nullable JsonPrinter printer;
    private boolean started;
    private boolean last;

    GatewayLines(Response response, Executor executor, HeldBytes.Share share, Owner owner) {
        this.response = response;
        this.executor = executor;
        this.share = share;
        this.owner = owner;
    }

    /** Who is told how it goes. */
    interface Owner {
        /** Nothing waits to be written. */
        void drained();

        /** All is written, the end too. */
        void written();

        /** The client is gone. */
        void lost(Throwable cause);
    }

    private record Line(Message message, CompletableFuture<Void> written) {}

    /** Queues a line; the future completes when it is passed on, and fails when the stream is gone or has ended. */
    CompletableFuture<Void> add(Message message) {
        Line line = new Line(message, new CompletableFuture<>());
        synchronized (queue) {
            if (gone || status != null) {
                return CompletableFuture.failedFuture(new EOFException("the stream has ended"));
            }
            queue.add(line);
        }
        executor.execute(this::iterate);
        return line.written;
    }

    /** Queues the end behind all lines. */
    void end(RpcStatus finalStatus) {
        end(finalStatus, false);
    }

    /** Ends a stream that has not begun, as a call that has only one answer ends. */
    void refuse(RpcStatus finalStatus) {
        end(finalStatus, true);
    }

    private void end(RpcStatus finalStatus, boolean asPlainError) {
        synchronized (queue) {
            status = finalStatus;
            plain = asPlainError;
        }
        executor.execute(this::iterate);
    }

    /** The stream is gone: what is queued fails, nothing more is written. */
    void abandon(Throwable cause) {
        synchronized (queue) {
            gone = true;
            for (Line line : queue) {
                line.written.completeExceptionally(cause);
            }
            queue.clear();
        }
    }

    /** Lines that wait to be written. */
    int backlog() {
        synchronized (queue) {
            return queue.size();
        }
    }

    @Override
    protected Action process() {
        share.releaseAll();
        JsonPrinter unfinished = printer;
        if (unfinished != null && !unfinished.isDone()) {
            return write(unfinished);
        }
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
            JsonPrinter line = new JsonPrinter("{\"result\":", next.message, "}\n");
            printer = line;
            return write(line);
        }
        if (end == null) {
            return Action.IDLE;
        }
        last = true;
        response.write(true, StandardCharsets.UTF_8.encode(lastLine(end)), this);
        return Action.SCHEDULED;
    }

    private Action write(JsonPrinter line) {
        ByteBuffer piece = line.next();
        if (piece.remaining() >= HeldBytes.COUNTED_FROM) {
            share.add(piece.remaining());
        }
        response.write(false, piece, this);
        return Action.SCHEDULED;
    }

    private String lastLine(RpcStatus end) {
        if (end.code() == StatusCode.OK) {
            if (!started) {
                // As etcd has it: whoever has nothing to say does not say in which form.
                response.setStatus(200);
            }
            return "";
        }
        boolean only;
        synchronized (queue) {
            only = plain;
        }
        start(GatewayJson.httpStatus(end.code()));
        return only ? GatewayJson.error(end) : "{\"error\":" + GatewayJson.error(end) + "}\n";
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
        printer = null;
        if (finished != null) {
            finished.written.complete(null);
            if (backlog() == 0) {
                owner.drained();
            }
        }
    }

    @Override
    protected void onCompleteSuccess() {
        owner.written();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        share.releaseAll();
        Line failed = inFlight;
        if (failed != null) {
            failed.written.completeExceptionally(cause);
        }
        owner.lost(cause);
    }
}
