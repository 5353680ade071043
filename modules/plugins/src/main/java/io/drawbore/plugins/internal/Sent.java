package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Responses on their way to a client, of which two things are remembered: the revision that the first one names, and
 * whether the client has gone. Sent by one thread at a time, read by any.
 *
 * @param <R> the response
 */
public final class Sent<R extends Message> implements ResponseSink<R> {
    private final ResponseSink<R> sink;
    private volatile long revision;
    private volatile boolean gone;

    /** On their way to a sink. */
    public Sent(ResponseSink<R> sink) {
        this.sink = sink;
    }

    @Override
    public CompletionStage<Void> send(R response) {
        if (revision == 0) {
            revision = Messages.revision(response);
        }
        return sink.send(response).whenComplete((_, failure) -> {
            if (failure != null) {
                gone = true;
            }
        });
    }

    /** What is told with a good end. */
    public Told told() {
        return new Told(StatusCode.OK, null, revision);
    }

    /**
     * The end of the stream as the transport tells it: who stops because nobody listens has not failed. Whoever cancels
     * it cancels the stream.
     */
    public CompletableFuture<Void> ended(CompletableFuture<Void> stream) {
        CompletableFuture<Void> end = stream.exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                gone ? new EtcdException(StatusCode.CANCELLED, "context canceled") : failure));
        var _ = end.whenComplete((_, _) -> stream.cancel(false));
        return end;
    }
}
