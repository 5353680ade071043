package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Opens a stream of responses.
 *
 * @param <Q> the request
 * @param <R> the response
 */
interface StreamHandler<Q extends Message, R extends Message> {
    /** Called once a stream, before its first request. Does not block. */
    Input<Q> open(Output<R> output, Caller caller);

    /** What the client does. Calls from one thread at a time; none blocks. */
    interface Input<Q extends Message> {
        /** A request. */
        void message(Q request);

        /**
         * Whether further requests are welcome. While they are not the transport reads none, but for those that came in
         * one piece with the last. Any thread.
         */
        default boolean wantsMore() {
            return true;
        }

        /** The client sends no more; it may still listen. */
        void halfClosed();

        /** The stream is over, whoever ended it. The last call, and it comes exactly once. */
        void closed();
    }

    /** What the server does. Any thread. */
    interface Output<R extends Message> {
        /** Queues a response; completes when its bytes have been passed on, fails when the stream is gone. */
        CompletionStage<Void> send(R response);

        /** Queues responses, at least one, in one go; completes when the bytes of all have been passed on. */
        CompletionStage<Void> send(List<EncodedMessage<R>> responses);
        /** The input wants more again, after it had enough. */
        void ready();

        /** Ends the stream after what was sent before. */
        void end(RpcStatus status);
    }
}
