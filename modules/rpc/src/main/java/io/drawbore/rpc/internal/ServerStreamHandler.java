package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.ResponseSink;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Serves methods that answer one request with a stream of responses that has an end. The source sends the next response
 * when the one before has been passed on, so a slow client holds one in memory; a client that has gone fails the
 * source's next one. Stateless; any thread.
 */
final class ServerStreamHandler<Q extends Message, R extends Message> implements StreamHandler<Q, R> {
    private final Source<Q, R> source;
    private final boolean ends;

    ServerStreamHandler(Source<Q, R> source) {
        this(source, false);
    }

    /** @param ends whether what the source returned is cancelled where the call is over before it */
    ServerStreamHandler(Source<Q, R> source, boolean ends) {
        this.source = source;
        this.ends = ends;
    }

    /** Who has the responses. */
    interface Source<Q extends Message, R extends Message> {
        /**
         * Sends all responses. Never blocks; may throw what it would fail with.
         *
         * @return completes when the last one is on its way
         */
        CompletableFuture<Void> stream(Q request, ResponseSink<R> sink, Caller caller);
    }

    @Override
    public Input<Q> open(Output<R> output, Caller caller) {
        return new OneRequest(output, caller);
    }

    /** As in gRPC for Go, the request is taken up when the client has said that it is the only one. */
    private final class OneRequest implements Input<Q>, ResponseSink<R> {
        private final Output<R> output;
        private final Caller caller;
        // Owned by the thread that calls the input.
        private @Nullable Q request;
        private @Nullable CompletableFuture<Void> streaming;
        private volatile boolean gone;

        OneRequest(Output<R> output, Caller caller) {
            this.output = output;
            this.caller = caller;
        }

        @Override
        public void message(Q message) {
            request = message;
        }

        @Override
        public void halfClosed() {
            Q message = request;
            if (message == null) {
                throw Statuses.noRequest();
            }
            request = null;
            CompletableFuture<Void> started = source.stream(message, this, caller);
            streaming = started;
            var _ = started.whenComplete((done, failure) -> output.end(status(failure)));
        }

        @Override
        public CompletionStage<Void> send(R response) {
            return output.send(response).whenComplete((sent, failure) -> {
                if (failure != null) {
                    gone = true;
                }
            });
        }

        private RpcStatus status(@Nullable Throwable failure) {
            if (failure == null) {
                return RpcStatus.OK;
            }
            // A source that stops because nobody listens has not failed.
            return gone ? RpcStatus.CANCELED : Statuses.of(failure);
        }

        @Override
        public void closed() {
            gone = true;
            CompletableFuture<Void> last = streaming;
            if (ends && last != null) {
                last.cancel(false);
            }
        }
    }
}
