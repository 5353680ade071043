package io.drawbore.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeepAliveStreamTest {
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
    void aLeaseIsKeptAndAnUnknownOneHasNoTimeLeft() throws Exception {
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(10);
        client.keepAlive(77);
        assertEquals(60, client.next().getTTL());
        client.keepAlive(78);
        LeaseKeepAliveResponse unknown = client.next();

        assertEquals(0, unknown.getTTL());
        assertEquals(78, unknown.getID());
        assertFalse(client.closed.isDone());
    }

    @Test
    void answersComeInTheOrderOfTheRequests() throws Exception {
        endpoint.door.holdRenewals = true;
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(100);
        for (int i = 0; i < 50; i++) {
            client.keepAlive(i);
        }
        awaitRenewals(50);
        for (int i = 49; i >= 0; i--) {
            answer(i);
        }

        for (int i = 0; i < 50; i++) {
            assertEquals(i, client.next().getID());
        }
    }

    @Test
    void noMoreThanABoundedNumberIsUnderWay() throws Exception {
        endpoint.door.holdRenewals = true;
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(20_000);
        for (int i = 0; i < 20_000; i++) {
            client.keepAlive(i);
        }
        awaitRenewals(1);
        // Answered behind all that the connection had to read before it.
        endpoint.call("etcdserverpb.Lease/LeaseTimeToLive", LeaseTimeToLiveRequest.getDefaultInstance(),
                LeaseTimeToLiveResponse.getDefaultInstance());
        // 64, and what lay in one frame with the last of them.
        assertTrue(endpoint.door.renewals.size() < 64 + 16_384 / 7, () -> "" + endpoint.door.renewals.size());

        for (int i = 0; i < 20_000; i++) {
            awaitRenewals(i + 1);
            answer(i);
        }
        for (int i = 0; i < 20_000; i++) {
            assertEquals(i, client.next().getID());
        }
    }

    @Test
    void manyStreamsShareAConnection() throws Exception {
        List<KeepAliveClient> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            KeepAliveClient client = new KeepAliveClient(new Metadata());
            client.call.request(10);
            client.keepAlive(77);
            client.keepAlive(i + 100);
            clients.add(client);
        }
        for (int i = 0; i < 300; i++) {
            assertEquals(77, clients.get(i).next().getID());
            assertEquals(i + 100, clients.get(i).next().getID());
        }
    }

    @Test
    void whoHasSaidAllIsAnsweredAndThenTheStreamEnds() throws Exception {
        endpoint.door.holdRenewals = true;
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(10);
        client.keepAlive(0);
        client.keepAlive(1);
        client.call.halfClose();
        awaitRenewals(2);
        answer(1);
        answer(0);

        assertEquals(0, client.next().getID());
        assertEquals(1, client.next().getID());
        assertEquals(Status.Code.OK, client.status().getCode());
    }

    @Test
    void whoSaysNothingAtAllIsWishedWell() throws Exception {
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(10);
        client.call.halfClose();

        assertEquals(Status.Code.OK, client.status().getCode());
    }

    @Test
    void aFailureEndsTheStreamBehindWhatWasRenewedBefore() throws Exception {
        endpoint.door.holdRenewals = true;
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(10);
        client.keepAlive(0);
        client.keepAlive(1);
        client.keepAlive(2);
        awaitRenewals(3);
        endpoint.door.renewals.get(1).completeExceptionally(EtcdError.TIMEOUT.exception());
        answer(2);
        answer(0);

        assertEquals(0, client.next().getID());
        assertEquals("etcdserver: request timed out", client.status().getDescription());
        assertTrue(client.responses.isEmpty());
    }

    @Test
    void aStreamThatWantsALeaderEndsWhenThereIsNoneForLong() throws Exception {
        Metadata wantsLeader = new Metadata();
        wantsLeader.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        KeepAliveClient client = new KeepAliveClient(wantsLeader);
        client.call.request(10);
        client.keepAlive(77);
        client.next();
        endpoint.door.hasLeader = false;

        assertEquals("etcdserver: no leader", client.status().getDescription());
        KeepAliveClient late = new KeepAliveClient(wantsLeader);
        assertEquals("etcdserver: no leader", late.status().getDescription());
    }

    @Test
    void aCancelledStreamIsForgotten() throws Exception {
        endpoint.door.holdRenewals = true;
        KeepAliveClient client = new KeepAliveClient(new Metadata());
        client.call.request(10);
        client.keepAlive(1);
        awaitRenewals(1);
        client.call.cancel("enough", null);

        endpoint.awaitMetric("grpc_server_handled_total{grpc_type=\"bidi_stream\",grpc_service=\"etcdserverpb.Lease\","
                + "grpc_method=\"LeaseKeepAlive\",grpc_code=\"Canceled\"} 1\n");
        answer(0);
    }

    private void answer(int i) {
        endpoint.door.renewals.get(i).complete(LeaseKeepAliveResponse.newBuilder().setID(i).setTTL(5).build());
    }

    private void awaitRenewals(int count) {
        TestEndpoint.until(
                () -> endpoint.door.renewals.size() >= count, () -> endpoint.door.renewals.size() + " renewals");
    }

    private final class KeepAliveClient extends StreamClient<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
        KeepAliveClient(Metadata metadata) {
            super(endpoint, "etcdserverpb.Lease/LeaseKeepAlive", MethodType.BIDI_STREAMING,
                    LeaseKeepAliveRequest.getDefaultInstance(), LeaseKeepAliveResponse.getDefaultInstance(), metadata);
        }

        void keepAlive(long id) {
            call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }
    }
}
