package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.SnapshotRequest;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that answer one request and end. */
final class ServerStreamTest {
    private TestEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint();
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void aRangeComesInChunks() throws Exception {
        put(5, 10);
        StreamClient<RangeRequest, RangeStreamResponse> client = range(all().build());
        client.call.request(10);

        for (int i = 0; i < 5; i++) {
            assertEquals(utf8("k" + i), client.next().getRangeResponse().getKvs(0).getKey());
        }
        assertEquals(Status.Code.OK, client.status().getCode());
        endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"server_stream\",grpc_service=\"etcdserverpb.KV\","
                + "grpc_method=\"RangeStream\",grpc_code=\"OK\"} 1\n");
    }

    @Test
    void aSnapshotEndsWithItsDigestOnLearnersToo() throws Exception {
        endpoint.door.learner = true;
        StreamClient<SnapshotRequest, SnapshotResponse> client = server("etcdserverpb.Maintenance/Snapshot",
                SnapshotRequest.getDefaultInstance(), SnapshotResponse.getDefaultInstance());
        client.call.request(10);

        assertEquals(utf8("db"), client.next().getBlob());
        assertEquals(utf8("digest"), client.next().getBlob());
        assertEquals(Status.Code.OK, client.status().getCode());
        assertEquals("etcdserver: rpc not supported for learner", range(all().build()).status().getDescription());
    }

    @Test
    void aClientThatDoesNotReadHoldsOneChunkInMemory() throws Exception {
        put(100, 1_000_000);
        StreamClient<RangeRequest, RangeStreamResponse> client = range(all().build());
        client.call.request(1);
        client.next();

        // The same connection serves others, whose answers come behind all that could be written.
        endpoint.call("etcdserverpb.KV/Range", RangeRequest.newBuilder().setKey(utf8("none")).build(),
                RangeResponse.getDefaultInstance());
        assertTrue(endpoint.door.chunksSent.get() < 20, () -> endpoint.door.chunksSent + " chunks");

        client.call.request(1_000);
        for (int i = 1; i < 100; i++) {
            client.next();
        }
        assertEquals(Status.Code.OK, client.status().getCode());
    }

    @Test
    void aClientThatGoesEndsTheWork() throws Exception {
        put(100, 1_000_000);
        StreamClient<RangeRequest, RangeStreamResponse> client = range(all().build());
        client.call.request(1);
        client.next();
        client.call.cancel("enough", null);

        assertFalse(endpoint.door.streamEnded.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(endpoint.door.chunksSent.get() < 100);
        endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"server_stream\",grpc_service=\"etcdserverpb.KV\","
                + "grpc_method=\"RangeStream\",grpc_code=\"Canceled\"} 1\n");
    }

    @Test
    void whatTheDoorRefusesIsToldAtTheEnd() throws Exception {
        assertStatus(Status.Code.DATA_LOSS, "100 % größer\n", RangeRequest.newBuilder().setKey(utf8("fail")));
        assertStatus(Status.Code.UNKNOWN, "broken door", RangeRequest.newBuilder().setKey(utf8("broken")));
    }

    @Test
    void aCallWithoutARequestIsAnError() throws Exception {
        StreamClient<RangeRequest, RangeStreamResponse> client = new StreamClient<>(endpoint,
                "etcdserverpb.KV/RangeStream", MethodType.BIDI_STREAMING, RangeRequest.getDefaultInstance(),
                RangeStreamResponse.getDefaultInstance(), new Metadata());
        client.call.request(1);
        client.call.halfClose();

        assertEquals(Status.Code.INTERNAL, client.status().getCode());
    }

    private void assertStatus(Status.Code code, String text, RangeRequest.Builder request) throws Exception {
        StreamClient<RangeRequest, RangeStreamResponse> client = range(request.build());
        client.call.request(1);
        assertEquals(code, client.status().getCode());
        assertEquals(text, client.status().getDescription());
    }

    private void put(int keys, int bytes) {
        ByteString value = ByteString.copyFrom(new byte[bytes]);
        for (int i = 0; i < keys; i++) {
            endpoint.call("etcdserverpb.KV/Put", PutRequest.newBuilder().setKey(utf8("k" + i)).setValue(value).build(),
                    PutResponse.getDefaultInstance());
        }
    }

    private static RangeRequest.Builder all() {
        return RangeRequest.newBuilder().setKey(utf8("k")).setRangeEnd(utf8("l"));
    }

    private StreamClient<RangeRequest, RangeStreamResponse> range(RangeRequest request) {
        return server("etcdserverpb.KV/RangeStream", request, RangeStreamResponse.getDefaultInstance());
    }

    private <Q extends Message, R extends Message> StreamClient<Q, R> server(String path, Q request, R response) {
        StreamClient<Q, R> client = new StreamClient<>(endpoint, path, MethodType.SERVER_STREAMING, request, response,
                new Metadata());
        client.call.sendMessage(request);
        client.call.halfClose();
        return client;
    }
}
