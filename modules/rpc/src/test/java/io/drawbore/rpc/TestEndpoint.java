package io.drawbore.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.metrics.Metrics;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An endpoint over a fake door on a free port, and a client of gRPC's own for it. */
final class TestEndpoint implements AutoCloseable {
    /** For what must come about, on a machine that may stand still for a while. */
    static final long PATIENCE_SECONDS = 60;

    static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

    final FakeDoor door = new FakeDoor();
    final Metrics metrics = new Metrics();
    final ClientEndpoint endpoint;
    final ManagedChannel channel;
    private final InetSocketAddress address;

    TestEndpoint() throws IOException {
        this(config -> config);
    }

    TestEndpoint(UnaryOperator<EndpointConfig> changes) throws IOException {
        this(changes, ClientExtensions.EMPTY);
    }

    TestEndpoint(UnaryOperator<EndpointConfig> changes, ClientExtensions extensions) throws IOException {
        EndpointConfig config = EndpointConfig.defaults(List.of("http://127.0.0.1:0"));
        endpoint = new ClientEndpoint(changes.apply(config), door, metrics, extensions);
        endpoint.start();
        address = endpoint.addresses().getFirst();
        channel = newChannel();
    }

    ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress(address()).usePlaintext().maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    InetSocketAddress address() {
        return address;
    }

    String url(String path) {
        return "http://127.0.0.1:" + address().getPort() + path;
    }

    <Q extends Message, R extends Message> R call(String path, Q request, R response) {
        return call(path, request, response, CallOptions.DEFAULT);
    }

    <Q extends Message, R extends Message> R call(String path, Q request, R response, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, unary(path, request, response),
                options.getDeadline() == null
                        ? options.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        : options,
                request);
    }

    static <Q extends Message, R extends Message> MethodDescriptor<Q, R> unary(String path, Q request, R response) {
        return method(MethodDescriptor.MethodType.UNARY, path, request, response);
    }

    // A message's default instance for type stands for the type itself.
    @SuppressWarnings("unchecked")
    static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(MethodDescriptor.MethodType type,
            String path, Q request, R response) {
        return MethodDescriptor.<Q, R>newBuilder().setType(type).setFullMethodName(path)
                .setRequestMarshaller(ProtoUtils.marshaller((Q) request.getDefaultInstanceForType()))
                .setResponseMarshaller(ProtoUtils.marshaller(response)).build();
    }

    <Q extends Message, R extends Message> Status statusOf(String path, Q request, R response) {
        try {
            call(path, request, response);
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    /** Waits until a line is among the metrics. */
    void awaitMetric(String line) {
        until(() -> metrics.text().contains(line), () -> line + " is not in\n" + metrics.text());
    }

    /** Waits for what another thread brings about. */
    static void until(BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(otherwise.get());
            }
            Thread.onSpinWait();
        }
    }

    static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        endpoint.stop();
        door.close();
    }
}
