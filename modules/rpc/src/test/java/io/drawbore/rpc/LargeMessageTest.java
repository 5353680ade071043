package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that do not fit one frame or a flow-control window: the spike's first pitfall. */
final class LargeMessageTest {
    private static final int MIB = 1024 * 1024;

    private TestEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint(config -> config.withMaxRequestBytes(24 * MIB));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void trailersDoNotOvertakeABodyOfMoreThanOneFrame() {
        // Around a frame of 16,384 and the client's first window of 65,535 bytes, prefix and fields included.
        for (int around : new int[] {16_384, 32_768, 65_535, 131_072}) {
            for (int size = around - 90; size <= around + 10; size += 4) {
                roundTrip("edge", size);
            }
        }
    }

    @Test
    void trailersDoNotOvertakeABodyThatWaitsForTheConnectionsWindow() throws Exception {
        // Small replies that would each fit a frame, together far more than the connection's window, all at once.
        put("small", random(15_000));
        List<ListenableFuture<RangeResponse>> answers = readAll("small", 2_000);
        for (ListenableFuture<RangeResponse> answer : answers) {
            assertEquals(15_000, answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getKvs(0).getValue().size());
        }
    }

    @Test
    void twoHundredMebibytesArriveWhole() throws Exception {
        ByteString value = random(MIB);
        put("mib", value);
        for (int round = 0; round < 10; round++) {
            for (ListenableFuture<RangeResponse> answer : readAll("mib", 20)) {
                assertEquals(value, answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getKvs(0).getValue());
            }
        }
    }

    @Test
    void twentyMebibytesGoThereAndBack() {
        roundTrip("huge", 20 * MIB);
    }

    private void roundTrip(String key, int size) {
        ByteString value = random(size);
        put(key, value);
        RangeResponse response = endpoint.call("etcdserverpb.KV/Range",
                RangeRequest.newBuilder().setKey(utf8(key)).build(),
                RangeResponse.getDefaultInstance());
        assertEquals(value, response.getKvs(0).getValue(), "a value of " + size + " bytes");
    }

    private List<ListenableFuture<RangeResponse>> readAll(String key, int times) {
        RangeRequest request = RangeRequest.newBuilder().setKey(utf8(key)).build();
        List<ListenableFuture<RangeResponse>> answers = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            answers.add(ClientCalls.futureUnaryCall(endpoint.channel.newCall(
                    TestEndpoint.unary("etcdserverpb.KV/Range", request, RangeResponse.getDefaultInstance()),
                    CallOptions.DEFAULT), request));
        }
        return answers;
    }

    private void put(String key, ByteString value) {
        endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8(key)).setValue(value).build(),
                PutResponse.getDefaultInstance());
    }

    private static ByteString random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
