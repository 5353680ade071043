package io.drawbore.interop;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.testkit.history.Request;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A client in plain gRPC that repeats nothing by itself, so that each of its requests is done at most once: what the
 * clients of the field do when a connection breaks would make a history of what was not asked.
 */
final class PlainClient implements AutoCloseable {
    private static final MethodDescriptor<PutRequest, PutResponse> PUT = method(
            MethodType.UNARY, "KV/Put", PutRequest.getDefaultInstance(), PutResponse.getDefaultInstance());
    private static final MethodDescriptor<RangeRequest, RangeResponse> RANGE = method(
            MethodType.UNARY, "KV/Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
    private static final MethodDescriptor<DeleteRangeRequest, DeleteRangeResponse> DELETE_RANGE = method(
            MethodType.UNARY, "KV/DeleteRange", DeleteRangeRequest.getDefaultInstance(),
            DeleteRangeResponse.getDefaultInstance());
    private static final MethodDescriptor<TxnRequest, TxnResponse> TXN =
            method(MethodType.UNARY, "KV/Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance());
    private static final MethodDescriptor<CompactionRequest, CompactionResponse> COMPACT = method(
            MethodType.UNARY, "KV/Compact", CompactionRequest.getDefaultInstance(),
            CompactionResponse.getDefaultInstance());
    private static final MethodDescriptor<LeaseGrantRequest, LeaseGrantResponse> GRANT = method(
            MethodType.UNARY, "Lease/LeaseGrant", LeaseGrantRequest.getDefaultInstance(),
            LeaseGrantResponse.getDefaultInstance());
    private static final MethodDescriptor<LeaseRevokeRequest, LeaseRevokeResponse> REVOKE = method(
            MethodType.UNARY, "Lease/LeaseRevoke", LeaseRevokeRequest.getDefaultInstance(),
            LeaseRevokeResponse.getDefaultInstance());
    private static final MethodDescriptor<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KEEP_ALIVE = method(
            MethodType.BIDI_STREAMING, "Lease/LeaseKeepAlive", LeaseKeepAliveRequest.getDefaultInstance(),
            LeaseKeepAliveResponse.getDefaultInstance());
    private static final MethodDescriptor<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> TIME_TO_LIVE = method(
            MethodType.UNARY, "Lease/LeaseTimeToLive", LeaseTimeToLiveRequest.getDefaultInstance(),
            LeaseTimeToLiveResponse.getDefaultInstance());
    private static final MethodDescriptor<WatchRequest, WatchResponse> WATCH = method(
            MethodType.BIDI_STREAMING, "Watch/Watch", WatchRequest.getDefaultInstance(),
            WatchResponse.getDefaultInstance());

    private final ManagedChannel channel;
    private final Duration patience;

    /** @param url where the server serves its clients, as {@code http://host:port} */
    PlainClient(final String url) {
        this(url, Ran.PATIENCE);
    }

    /** @param patience how long an answer is waited for */
    PlainClient(final String url, final Duration patience) {
        this.patience = patience;
        channel = Grpc.newChannelBuilder(url.substring("http://".length()), InsecureChannelCredentials.create())
                .disableRetry()
                .build();
    }

    private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
            final MethodType type, final String name, final Q request, final R response) {
        return MethodDescriptor.<Q, R>newBuilder()
                .setType(type)
                .setFullMethodName("etcdserverpb." + name)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(response))
                .build();
    }

    /** Sends a request and waits for the answer. */
    Message call(final Request request) throws StatusException, InterruptedException {
        return switch (request) {
            case final Request.Put put -> unary(PUT, put.message());
            case final Request.Range range -> unary(RANGE, range.message());
            case final Request.DeleteRange delete -> unary(DELETE_RANGE, delete.message());
            case final Request.Txn txn -> unary(TXN, txn.message());
            case final Request.Compact compaction -> unary(COMPACT, compaction.message());
            case final Request.Grant grant -> unary(GRANT, grant.message());
            case final Request.Revoke revoke -> unary(REVOKE, revoke.message());
            case final Request.TimeToLive question -> unary(TIME_TO_LIVE, question.message());
            case final Request.KeepAlive renewal -> first(KEEP_ALIVE, renewal.message());
        };
    }

    private <Q, R> R unary(final MethodDescriptor<Q, R> method, final Q request)
            throws StatusException, InterruptedException {
        return ClientCalls.blockingV2UnaryCall(channel, method, options(), request);
    }

    private CallOptions options() {
        return CallOptions.DEFAULT.withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Sends one message into a stream of its own and waits for the first that comes back. */
    private <Q, R> R first(final MethodDescriptor<Q, R> method, final Q request)
            throws StatusException, InterruptedException {
        final var answer = new CompletableFuture<R>();
        final Stream<Q, R> stream = new Stream<>(
                channel.newCall(method, options()),
                answer::complete,
                status -> answer.completeExceptionally(status.asException()));
        stream.send(request);
        try {
            return answer.get();
        } catch (final ExecutionException failed) {
            if (failed.getCause() instanceof final StatusException status) {
                throw status;
            }
            throw new IllegalStateException(failed);
        } finally {
            stream.close();
        }
    }

    /**
     * Opens a stream of watches.
     *
     * @param told is given each response, on gRPC's thread
     * @param ended is told, once, that the stream is over
     */
    Stream<WatchRequest, WatchResponse> watch(final Consumer<WatchResponse> told, final Consumer<Status> ended) {
        return new Stream<>(channel.newCall(WATCH, CallOptions.DEFAULT), told, ended);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** A stream in both directions. Closing cancels it; a response that is on its way may still come. */
    static final class Stream<Q, R> implements AutoCloseable {
        private final ClientCall<Q, R> call;

        private Stream(final ClientCall<Q, R> call, final Consumer<R> told, final Consumer<Status> ended) {
            this.call = call;
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onMessage(final R message) {
                            told.accept(message);
                            call.request(1);
                        }

                        @Override
                        public void onClose(final Status status, final Metadata trailers) {
                            ended.accept(status);
                        }
                    },
                    new Metadata());
            call.request(1);
        }

        void send(final Q message) {
            call.sendMessage(message);
        }

        @Override
        public void close() {
            call.cancel("enough", null);
        }
    }

    /** Whether a failure says that nothing was done. Anything else may have been done. */
    static Optional<String> refusal(final Status status) {
        final String text = Optional.ofNullable(status.getDescription()).orElse("");
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE, FAILED_PRECONDITION, RESOURCE_EXHAUSTED ->
                text.startsWith("etcdserver: ") ? Optional.of(text) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
