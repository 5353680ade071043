package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;
import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.health.HealthCheckRequest;
import io.drawbore.proto.health.HealthCheckResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WatchStreamTest {
    private TestEndpoint endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint(config -> config.withElectionTimeout(Duration.ofMillis(20)));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void requestsGoInAndResponsesComeOutInOrder() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(1_000);
        client.create();
        assertTrue(client.next().getCreated());
        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        for (int i = 0; i < 500; i++) {
            watch.sink.send(event(i, 10));
        }

        for (int i = 0; i < 500; i++) {
            assertEquals(i, client.next().getHeader().getRevision());
        }
    }

    @Test
    void piecesThatMessagesShareArriveInEachOfThem() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(1_000);
        client.create();
        client.next();
        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        ByteString small = WatchResponse.newBuilder().addEvents(anEvent(100)).build().toByteString();
        ByteString large = WatchResponse.newBuilder().addEvents(anEvent(50_000)).build().toByteString();
        List<EncodedMessage<WatchResponse>> sent = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            ByteString id = WatchResponse.newBuilder().setWatchId(i).build().toByteString();
            List<ByteString> pieces = i % 4 == 0 ? List.of(id, small, large, small, large) : List.of(id, small);
            sent.add(new EncodedMessage<>(pieces, WatchResponse.parser()));
        }
        CompletableFuture<Void> passedOn = watch.sink.send(sent).toCompletableFuture();

        for (EncodedMessage<WatchResponse> expected : sent) {
            assertEquals(expected.parsed(), client.next());
        }
        passedOn.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Event anEvent(int bytes) {
        return Event.newBuilder().setKv(KeyValue.newBuilder().setValue(ByteString.copyFrom(new byte[bytes]))).build();
    }

    @Test
    void whoHasSaidAllMayGoOnListening() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(10);
        client.create();
        client.call.halfClose();
        assertTrue(client.next().getCreated());

        endpoint.door.watches.getFirst().sink.send(event(5, 10)).toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertEquals(5, client.next().getHeader().getRevision());
        assertFalse(endpoint.door.watches.getFirst().closed.isDone());
    }

    @Test
    void aCancelClosesTheServersEnd() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(10);
        client.create();
        client.next();
        client.call.cancel("enough", null);

        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        watch.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThrows(ExecutionException.class,
                () -> watch.sink.send(event(1, 1)).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void theServersErrorEndsTheStreamAfterWhatWasSentBefore() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(10);
        client.create();
        client.next();
        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        watch.sink.send(event(9, 100_000));
        watch.sink.fail(EtcdError.COMPACTED.exception());

        assertEquals(9, client.next().getHeader().getRevision());
        Status status = client.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(Status.Code.OUT_OF_RANGE, status.getCode());
        assertEquals("etcdserver: mvcc: required revision has been compacted", status.getDescription());
        watch.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aReaderThatDoesNotReadHoldsTheSenderBackAndNobodyElse() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(1);
        client.create();
        client.next();
        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        // Far more than the windows and socket buffers hold; a well-behaved sender would have stopped at the first that
        // waits.
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            sent.add(watch.sink.send(event(i, 50_000)).toCompletableFuture());
        }

        // The same connection still serves others, whose answers come behind all that could be written.
        endpoint.call("etcdserverpb.KV/Range", RangeRequest.newBuilder().setKey(utf8("k")).build(),
                RangeResponse.getDefaultInstance());
        assertTrue(sent.stream().filter(CompletableFuture::isDone).count() < 100, "the sender is not held back");
        assertFalse(sent.getLast().isDone());

        client.call.request(400);
        for (int i = 0; i < 400; i++) {
            assertEquals(i, client.next().getHeader().getRevision());
        }
        sent.getLast().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void requestsAreNotReadFasterThanAnswersAreTaken() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(1);
        client.create();
        client.next();
        FakeDoor.FakeWatch watch = endpoint.door.watches.getFirst();
        watch.sink.send(event(0, 4_000_000));
        for (int i = 0; i < 20_000; i++) {
            client.create();
        }

        endpoint.call("etcdserverpb.KV/Range", RangeRequest.newBuilder().setKey(utf8("k")).build(),
                RangeResponse.getDefaultInstance());
        assertTrue(watch.requests.size() < 1_000, "the server took " + watch.requests.size() + " requests");
        client.call.request(30_000);
        for (int i = 0; i < 20_001; i++) {
            client.next();
        }
        assertEquals(20_001, watch.requests.size());
    }

    @Test
    void manyStreamsShareAConnection() throws Exception {
        List<WatchClient> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            WatchClient client = new WatchClient(new Metadata());
            client.call.request(2);
            client.create();
            clients.add(client);
        }
        for (WatchClient client : clients) {
            assertTrue(client.next().getCreated());
        }
        for (FakeDoor.FakeWatch watch : endpoint.door.watches) {
            watch.sink.send(event(3, 100));
        }
        for (WatchClient client : clients) {
            assertEquals(3, client.next().getHeader().getRevision());
        }
    }

    @Test
    void threeHundredCancelsAtOnceDoNotEndTheConnection() throws Exception {
        List<WatchClient> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            WatchClient client = new WatchClient(new Metadata());
            client.call.request(1);
            client.create();
            client.next();
            clients.add(client);
        }
        WatchClient survivor = new WatchClient(new Metadata());
        survivor.call.request(2);
        survivor.create();
        survivor.next();
        clients.forEach(client -> client.call.cancel("enough", null));
        for (int i = 0; i < 300; i++) {
            endpoint.door.watches.get(i).closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        endpoint.door.watches.get(300).sink.send(event(8, 1));
        assertEquals(8, survivor.next().getHeader().getRevision());
    }

    @Test
    void aStreamThatWantsALeaderEndsWhenThereIsNoneForLong() throws Exception {
        Metadata wantsLeader = new Metadata();
        wantsLeader.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        WatchClient client = new WatchClient(wantsLeader);
        client.call.request(10);
        client.create();
        client.next();
        WatchClient patient = new WatchClient(new Metadata());
        patient.call.request(10);
        patient.create();
        patient.next();
        endpoint.door.hasLeader = false;

        Status status = client.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals("etcdserver: no leader", status.getDescription());
        endpoint.door.watches.get(1).sink.send(event(4, 1));
        assertEquals(4, patient.next().getHeader().getRevision());
    }

    @Test
    void anEndpointThatStopsSaysSo() throws Exception {
        WatchClient client = new WatchClient(new Metadata());
        client.call.request(10);
        client.create();
        client.next();
        endpoint.endpoint.stop();

        Status status = client.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(Status.Code.UNAVAILABLE, status.getCode());
        assertEquals("etcdserver: server stopped", status.getDescription());
        endpoint.door.watches.getFirst().closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void theHealthOfTheServerIsWatched() throws Exception {
        StreamClient<HealthCheckRequest, HealthCheckResponse> client = new StreamClient<>(endpoint,
                "grpc.health.v1.Health/Watch", MethodType.SERVER_STREAMING, HealthCheckRequest.getDefaultInstance(),
                HealthCheckResponse.getDefaultInstance(), new Metadata());
        client.call.request(2);
        client.call.sendMessage(HealthCheckRequest.getDefaultInstance());
        client.call.halfClose();

        assertEquals(HealthCheckResponse.ServingStatus.SERVING, client.next().getStatus());
    }

    private static WatchResponse event(long revision, int bytes) {
        WatchResponse.Builder response = WatchResponse.newBuilder();
        response.getHeaderBuilder().setRevision(revision);
        return response.addEvents(Event.newBuilder().setKv(
                KeyValue.newBuilder().setKey(utf8("k")).setValue(ByteString.copyFrom(new byte[bytes])))).build();
    }

    private final class WatchClient extends StreamClient<WatchRequest, WatchResponse> {
        WatchClient(Metadata metadata) {
            super(endpoint, "etcdserverpb.Watch/Watch", MethodType.BIDI_STREAMING, WatchRequest.getDefaultInstance(),
                    WatchResponse.getDefaultInstance(), metadata);
        }

        void create() {
            call.sendMessage(WatchRequest.newBuilder()
                    .setCreateRequest(WatchCreateRequest.newBuilder().setKey(utf8("k"))).build());
        }
    }
}
