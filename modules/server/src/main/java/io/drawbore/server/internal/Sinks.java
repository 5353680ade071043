package io.drawbore.server.internal;

import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.api.ResponseSink;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands responses to sinks. What these do is not the member's: whatever one throws says that its stream is gone. */
final class Sinks {
    private static final Logger LOG = LoggerFactory.getLogger(Sinks.class);

    private Sinks() {}

    /** Completes when the sink has passed a response on; fails where it does, or can't. Never throws. */
    static <R extends Message> CompletableFuture<Void> send(ResponseSink<R> sink, R response) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try {
            var _ = sink.send(response).whenComplete((_, failure) -> {
                if (failure == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(failure);
                }
            });
        } catch (Throwable broken) {
            LOG.atWarn().setCause(broken).log("the sink of a stream of responses has failed; the stream ends");
            sent.completeExceptionally(EtcdError.CANCELED.exception());
        }
        return sent;
    }
}
