package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE;
import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.ListenableFuture;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientEndpointTest {
    private final FakeDoor door = new FakeDoor();

    @Test
    void aPortInUseIsOneLineWithTheUrlAndNothingStaysOpen() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String taken = "http://127.0.0.1:" + other.getLocalPort();
            ClientEndpoint endpoint = endpoint("http://127.0.0.1:0", taken);

            IOException e = assertThrows(IOException.class, endpoint::start);
            assertTrue(String.valueOf(e.getMessage()).startsWith("cannot listen on " + taken + ": "), e.getMessage());
            assertEquals(1, String.valueOf(e.getMessage()).lines().count());
            assertEquals(List.of(), endpoint.addresses());
        }
    }

    @Test
    void everyUrlIsListenedOnAndEveryPortIsFreeAfterwards() throws Exception {
        // a port that is free may be given to somebody else of the machine before it is looked at
        boolean areFree = false;
        for (int attempt = 0; attempt < 5 && !areFree; attempt++) {
            areFree = areFreeAfterwards();
        }
        assertTrue(areFree, "no port was free afterwards");
    }

    private boolean areFreeAfterwards() throws IOException {
        ClientEndpoint endpoint = endpoint("http://127.0.0.1:0", "http://localhost:0");
        endpoint.start();
        List<Integer> ports = endpoint.addresses().stream().map(address -> address.getPort()).toList();
        for (int port : ports) {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
        }
        endpoint.stop();
        endpoint.stop();
        try {
            for (int port : ports) {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            }
        } catch (BindException taken) {
            return false;
        }
        return true;
    }

    /** A connection that finds no room to wait in is tried again by its system a second later, and later still. */
    @Test
    void aBurstOfConnectionsWaitsToBeAcceptedWithoutLosingOne() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (TestEndpoint endpoint = new TestEndpoint(config -> config.withMaxConnections(1))) {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket();
                waiting.add(socket);
                socket.connect(endpoint.address(), (int) PATIENCE.toMillis());
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://127.0.0.1:2379, TLS is not served yet",
        "unix:///tmp/etcd.sock, unix sockets are not served yet",
        "ftp://127.0.0.1:2379, must begin with http://",
        "127.0.0.1:2379, is not a URL",
        "http://127.0.0.1, must be http://host:port",
        "http://127.0.0.1:2379/path, must not have a path",
        "http://no.such.host.invalid:2379, is not known",
    })
    void aUrlThatCannotBeServedIsRefusedByName(String url, String reason) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> endpoint(url));

        assertTrue(String.valueOf(e.getMessage()).startsWith("listen URL " + url), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(reason), e.getMessage());
    }

    @Test
    void aCallUnderWayIsGivenItsTimeWhenThePortStops() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint(config -> config.withStopTimeout(PATIENCE))) {
            ListenableFuture<RangeResponse> answer = hangingCall(endpoint);
            Thread stopping = Thread.ofPlatform().start(endpoint.endpoint::stop);
            awaitRefusal(endpoint);
            endpoint.door.releaseHanging();

            assertEquals(0, answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getKvsCount());
            assertTrue(stopping.join(PATIENCE), "the stop goes on after the last call");
        }
    }

    @Test
    void aCallThatNeverEndsDoesNotHoldTheStopUp() throws Exception {
        try (TestEndpoint endpoint = new TestEndpoint(config -> config.withStopTimeout(Duration.ofMillis(100)))) {
            ListenableFuture<RangeResponse> answer = hangingCall(endpoint);
            endpoint.endpoint.stop();

            Throwable cause = assertThrows(
                    ExecutionException.class, () -> answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).getCause();
            assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(cause).getCode(), cause.toString());
        }
    }

    private static ListenableFuture<RangeResponse> hangingCall(TestEndpoint endpoint) {
        RangeRequest request = RangeRequest.newBuilder().setKey(utf8("hang")).build();
        ListenableFuture<RangeResponse> answer = ClientCalls.futureUnaryCall(endpoint.channel.newCall(
                TestEndpoint.unary("etcdserverpb.KV/Range", request, RangeResponse.getDefaultInstance()),
                CallOptions.DEFAULT),
                request);
        while (endpoint.door.callers.isEmpty()) {
            Thread.onSpinWait();
        }
        return answer;
    }

    /** Waits until a new connection is refused. */
    private static void awaitRefusal(TestEndpoint endpoint) {
        while (true) {
            try (Socket socket = new Socket(endpoint.address().getAddress(), endpoint.address().getPort())) {
                Thread.onSpinWait();
            } catch (IOException refused) {
                return;
            }
        }
    }

    private ClientEndpoint endpoint(String... urls) {
        return new ClientEndpoint(EndpointConfig.defaults(List.of(urls)), door, new Metrics());
    }
}
