package io.drawbore.rpc.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A method as the transports see it: how it is called, what it takes and who answers.
 *
 * @param <Q> the request
 * @param <R> the response
 */
sealed interface RpcMethod<Q extends Message, R extends Message> {
    /** The service's full name, {@code etcdserverpb.KV}. */
    String service();

    /** The method's name, {@code Range}. */
    String name();

    /** The gateway's paths, such as {@code /v3/kv/range}; none where the gateway does not have the method. */
    List<String> gatewayPaths();

    /** An empty request. */
    Q emptyRequest();

    /** As the metrics call it: {@code unary} or {@code bidi_stream} or {@code server_stream}. */
    String type();

    /** {@code etcdserverpb.KV/Range}. */
    default String fullName() {
        return service() + "/" + name();
    }

    /** The path in gRPC. */
    default String path() {
        return "/" + fullName();
    }

    /** Reads a request; copies what it keeps. */
    // The parser of a message's default instance makes messages of that very class.
    @SuppressWarnings("unchecked")
    default Q parse(ByteBuffer bytes) throws InvalidProtocolBufferException {
        return (Q) emptyRequest().getParserForType().parseFrom(bytes);
    }

    /**
     * One request, one response.
     *
     * @param learner which requests a learner answers too
     * @param ends whether the answer's future is cancelled where the call is over before it
     * @param handler never blocks; may throw what it would fail with
     */
    record Unary<Q extends Message, R extends Message>(String service, String name, List<String> gatewayPaths,
            Q emptyRequest, Predicate<Q> learner, boolean ends, BiFunction<Q, Caller, CompletableFuture<R>> handler)
            implements RpcMethod<Q, R> {
        @Override
        public String type() {
            return "unary";
        }
    }

    /**
     * Any number of responses.
     *
     * @param bidi whether the client may send more than one request
     * @param learner whether a learner answers too
     */
    record Streaming<Q extends Message, R extends Message>(String service, String name, List<String> gatewayPaths,
            Q emptyRequest, boolean bidi, boolean learner, StreamHandler<Q, R> handler) implements RpcMethod<Q, R> {
        @Override
        public String type() {
            return bidi ? "bidi_stream" : "server_stream";
        }
    }
}
