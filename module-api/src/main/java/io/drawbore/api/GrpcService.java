package io.drawbore.api;

import com.google.protobuf.Message;
import java.util.List;

/**
 * A gRPC service on the client port beside etcd's own. It passes the same checks (metadata {@code hasleader}; learners
 * don't answer it) and is counted among the same metrics, but isn't on the JSON gateway. Auditors hear of its calls;
 * admissions are asked about what it asks of the member in a client's name.
 *
 * <p><b>Threads.</b> Every call has a thread of the plug-in's own and may wait. <b>Limits.</b> At most 256 calls of a
 * plug-in are under way at a time, the next is refused with {@code RESOURCE_EXHAUSTED}; requests are as large as the
 * member's {@code --max-request-bytes} allows. A call ends at the client's deadline at the latest, or when the member
 * stops; its thread is then interrupted. <b>Errors.</b> An {@link EtcdException}, also as what caused a {@code
 * CompletionException} or {@code ExecutionException}, is the client's answer; anything else becomes {@code INTERNAL}
 * with the plug-in's name, and is logged and counted. So it is with a response that can't be written; a request that
 * can't be read for anything but its bytes fails with {@code INTERNAL} and the method's name, and is logged.
 */
public interface GrpcService {
    /**
     * The full name, {@code acme.v1.Quotas}. Unique in a distribution; none that begins with {@code etcdserverpb.},
     * {@code v3lockpb.}, {@code v3electionpb.} or {@code grpc.}.
     */
    String name();

    /** Its methods. Constant. */
    List<Method<?, ?>> methods();

    /**
     * A method.
     *
     * @param <Q> the request
     * @param <R> the response
     */
    sealed interface Method<Q extends Message, R extends Message> {
        /** The method's name, {@code Get}. */
        String name();

        /** An empty request, by which requests are read. */
        Q emptyRequest();
    }

    /** One request, one response. */
    non-sealed interface Unary<Q extends Message, R extends Message> extends Method<Q, R> {
        /**
         * Answers.
         *
         * @throws EtcdException the answer that is an error
         * @throws Exception a failure
         */
        R call(Q request, Caller caller) throws Exception;
    }

    /** One request, any number of responses. */
    non-sealed interface ServerStreaming<Q extends Message, R extends Message> extends Method<Q, R> {
        /**
         * Sends responses; the stream ends well when this returns. Wait for each {@link ResponseSink#send} before the
         * next: it fails when the client has gone.
         *
         * @throws EtcdException the end that is an error
         * @throws Exception a failure
         */
        void call(Q request, ResponseSink<R> responses, Caller caller) throws Exception;
    }
}
