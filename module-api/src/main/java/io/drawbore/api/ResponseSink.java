package io.drawbore.api;

import com.google.protobuf.Message;
import java.util.concurrent.CompletionStage;

/**
 * The client's end of a stream of responses. Implemented by a transport; called by one thread at a time. What it throws
 * ends its stream, and so does an answer that is null.
 *
 * @param <R> the response
 */
public interface ResponseSink<R extends Message> {
    /**
     * Hands over a response. Responses are sent in the order of the calls. Whoever waits for each answer before the
     * next call holds one response in memory, however slow the client is.
     *
     * @return completes when the transport has passed the bytes on and wants more; fails when the stream is gone
     */
    CompletionStage<Void> send(R response);
}
