package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentRequest;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashRequest;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.StatusRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.health.HealthCheckRequest;
import io.drawbore.proto.health.HealthCheckResponse;
import io.drawbore.proto.health.HealthCheckResponse.ServingStatus;
import io.drawbore.proto.health.HealthListRequest;
import io.drawbore.proto.health.HealthListResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UnaryCallTest {
    private static final String PUT = "etcdserverpb.KV/Put";
    private static final String RANGE = "etcdserverpb.KV/Range";

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
    void whatWasPutIsRead() {
        PutResponse put = put("foo", utf8("bar"));
        RangeResponse range = range("foo");

        assertEquals(2, put.getHeader().getRevision());
        assertEquals(-2, put.getHeader().getMemberId());
        assertEquals("bar", range.getKvs(0).getValue().toStringUtf8());
    }

    @Test
    void anAnswerThatIsThereAtOnceIsSentAtOnce() {
        put("now", utf8("1"));
        assertEquals("1", range("now").getKvs(0).getValue().toStringUtf8());
    }

    @Test
    void theOtherServicesAnswer() {
        assertEquals(7, endpoint.call("etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance()).getLeader());
        assertEquals(12, endpoint.call("etcdserverpb.Maintenance/Hash", HashRequest.getDefaultInstance(),
                HashResponse.getDefaultInstance()).getHash());
        assertEquals(13, endpoint.call("etcdserverpb.Maintenance/HashKV", HashKVRequest.getDefaultInstance(),
                HashKVResponse.getDefaultInstance()).getHash());
        assertEquals("one", endpoint.call("etcdserverpb.Cluster/MemberList", MemberListRequest.getDefaultInstance(),
                MemberListResponse.getDefaultInstance()).getMembers(0).getName());
        assertEquals(1, endpoint.call("etcdserverpb.KV/Compact", CompactionRequest.getDefaultInstance(),
                CompactionResponse.getDefaultInstance()).getHeader().getRevision());
        assertEquals(DefragmentResponse.getDefaultInstance(), endpoint.call("etcdserverpb.Maintenance/Defragment",
                DefragmentRequest.getDefaultInstance(), DefragmentResponse.getDefaultInstance()));
    }

    @Test
    void leasesAreGrantedListedAndRevoked() {
        assertEquals(5, endpoint.call("etcdserverpb.Lease/LeaseGrant",
                LeaseGrantRequest.newBuilder().setID(5).setTTL(30).build(), LeaseGrantResponse.getDefaultInstance())
                .getID());
        assertEquals(-1, endpoint.call("etcdserverpb.Lease/LeaseTimeToLive",
                LeaseTimeToLiveRequest.newBuilder().setID(5).build(), LeaseTimeToLiveResponse.getDefaultInstance())
                .getTTL());
        assertEquals(1, endpoint.call("etcdserverpb.Lease/LeaseLeases", LeaseLeasesRequest.getDefaultInstance(),
                LeaseLeasesResponse.getDefaultInstance()).getHeader().getRevision());
        assertEquals(1, endpoint.call("etcdserverpb.Lease/LeaseRevoke",
                LeaseRevokeRequest.newBuilder().setID(5).build(), LeaseRevokeResponse.getDefaultInstance())
                .getHeader().getRevision());
    }

    @Test
    void anErrorOfEtcdKeepsItsCodeAndText() {
        Status status = endpoint.statusOf("etcdserverpb.Maintenance/HashKV",
                HashKVRequest.newBuilder().setRevision(99).build(),
                HashKVResponse.getDefaultInstance());

        assertEquals(Status.Code.OUT_OF_RANGE, status.getCode());
        assertEquals("etcdserver: mvcc: required revision is a future revision", status.getDescription());
    }

    @Test
    void aTextThatHeadersCannotHoldArrivesWhole() {
        Status status = endpoint.statusOf(RANGE, rangeOf("fail"), RangeResponse.getDefaultInstance());

        assertEquals(Status.Code.DATA_LOSS, status.getCode());
        assertEquals("100 % größer\n", status.getDescription());
    }

    @Test
    void aDoorThatBreaksIsAnUnknownErrorAndTheConnectionLives() {
        assertEquals(Status.Code.UNKNOWN,
                endpoint.statusOf(RANGE, rangeOf("broken"), RangeResponse.getDefaultInstance()).getCode());
        put("foo", utf8("bar"));
    }

    @Test
    void unknownServicesAndMethodsAreNamed() {
        CompactionRequest request = CompactionRequest.getDefaultInstance();
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown method Nothing for service etcdserverpb.KV",
                endpoint.statusOf("etcdserverpb.KV/Nothing", request, Empty.getDefaultInstance()));
        assertStatus(Status.Code.UNIMPLEMENTED, "unknown service no.Such",
                endpoint.statusOf("no.Such/Thing", request, Empty.getDefaultInstance()));
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        // A field 1 of 100 bytes, of which two are there.
        MethodDescriptor<byte[], RangeResponse> raw = MethodDescriptor.<byte[], RangeResponse>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName(RANGE)
                .setRequestMarshaller(new RawMarshaller())
                .setResponseMarshaller(ProtoUtils.marshaller(RangeResponse.getDefaultInstance())).build();
        Status status = assertThrows(StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(endpoint.channel,
                raw,
                CallOptions.DEFAULT, new byte[] {0x0a, 100, 1, 2})).getStatus();

        assertEquals(Status.Code.INTERNAL, status.getCode());
        assertTrue(String.valueOf(status.getDescription()).startsWith("grpc: error unmarshalling request: "),
                status.toString());
    }

    @Test
    void aMessageOverTheLimitIsRefusedWithBothNumbers() {
        ByteString value = ByteString.copyFrom(new byte[1536 * 1024 + 512 * 1024]);
        PutRequest request = PutRequest.newBuilder().setKey(utf8("k")).setValue(value).build();
        Status status = endpoint.statusOf(PUT, request, PutResponse.getDefaultInstance());

        assertStatus(Status.Code.RESOURCE_EXHAUSTED, "grpc: received message larger than max ("
                + request.getSerializedSize() + " vs. 2097152)", status);
        put("k", utf8("still there"));
    }

    @Test
    void compressedRequestsAreRefused() {
        Status status = assertThrows(StatusRuntimeException.class, () -> endpoint.call(PUT,
                PutRequest.newBuilder().setKey(utf8("k")).build(), PutResponse.getDefaultInstance(),
                CallOptions.DEFAULT.withCompression("gzip"))).getStatus();

        assertStatus(Status.Code.UNIMPLEMENTED, "grpc: Decompressor is not installed for grpc-encoding \"gzip\"",
                status);
    }

    @Test
    void aCallEndsAtItsDeadline() {
        Status status = assertThrows(StatusRuntimeException.class, () -> endpoint.call(RANGE, rangeOf("hang"),
                RangeResponse.getDefaultInstance(), CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS)))
                .getStatus();

        assertEquals(Status.Code.DEADLINE_EXCEEDED, status.getCode());
    }

    @Test
    void metadataReachesTheDoor() {
        with("token", "secret", "hasleader", "true");
        with("authorization", "Bearer jwt");

        assertEquals("secret", endpoint.door.callers.get(0).token());
        assertTrue(endpoint.door.callers.get(0).requireLeader());
        assertTrue(endpoint.door.callers.get(0).remote().startsWith("127.0.0.1:"), endpoint.door.callers.toString());
        assertEquals("jwt", endpoint.door.callers.get(1).token());
        put("k", ByteString.EMPTY);
        Caller anonymous = endpoint.door.callers.get(2);
        assertNull(anonymous.token());
    }

    @Test
    void whoWantsALeaderIsToldThatThereIsNone() {
        endpoint.door.hasLeader = false;
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> with("hasleader", "true"));

        assertStatus(Status.Code.UNAVAILABLE, "etcdserver: no leader", e.getStatus());
        with("hasleader", "false");
    }

    @Test
    void aLearnerAnswersStatusAndSerializableReadsOnly() {
        endpoint.door.learner = true;

        endpoint.call("etcdserverpb.Maintenance/Status", StatusRequest.getDefaultInstance(),
                StatusResponse.getDefaultInstance());
        endpoint.call(RANGE, RangeRequest.newBuilder().setKey(utf8("k")).setSerializable(true).build(),
                RangeResponse.getDefaultInstance());
        assertStatus(Status.Code.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner",
                endpoint.statusOf(RANGE, rangeOf("k"), RangeResponse.getDefaultInstance()));
        assertStatus(Status.Code.FAILED_PRECONDITION, "etcdserver: rpc not supported for learner",
                endpoint.statusOf("etcdserverpb.Cluster/MemberList", MemberListRequest.getDefaultInstance(),
                        MemberListResponse.getDefaultInstance()));
    }

    @Test
    void theServerAsAWholeServes() {
        assertEquals(ServingStatus.SERVING, endpoint.call("grpc.health.v1.Health/Check",
                HealthCheckRequest.getDefaultInstance(), HealthCheckResponse.getDefaultInstance()).getStatus());
        assertStatus(Status.Code.NOT_FOUND, "unknown service", endpoint.statusOf("grpc.health.v1.Health/Check",
                HealthCheckRequest.newBuilder().setService("other").build(), HealthCheckResponse.getDefaultInstance()));
        assertEquals(ServingStatus.SERVING, endpoint.call("grpc.health.v1.Health/List",
                HealthListRequest.getDefaultInstance(), HealthListResponse.getDefaultInstance())
                .getStatusesOrThrow("").getStatus());
    }

    @Test
    void callsAreCounted() {
        put("k", utf8("v"));
        endpoint.statusOf(RANGE, RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance());
        with("client-api-version", "3.7.1");

        String text = endpoint.metrics.text();
        String put = "{grpc_type=\"unary\",grpc_service=\"etcdserverpb.KV\",grpc_method=\"Put\"";
        String range = put.replace("Put", "Range");
        assertLine(text, "grpc_server_started_total" + put + "} 1");
        assertLine(text, "grpc_server_msg_received_total" + put + "} 1");
        assertLine(text, "grpc_server_msg_sent_total" + put + "} 1");
        assertLine(text, "grpc_server_handled_total" + put + ",grpc_code=\"OK\"} 1");
        assertLine(text, "grpc_server_handled_total" + range + ",grpc_code=\"InvalidArgument\"} 1");
        assertLine(text, "grpc_server_handled_total" + range + ",grpc_code=\"DataLoss\"} 0");
        assertLine(text, "etcd_server_client_requests_total{type=\"unary\",client_api_version=\"unknown\"} 2");
        assertLine(text, "etcd_server_client_requests_total{type=\"unary\",client_api_version=\"3.7.1\"} 1");
        assertLine(text, "etcd_network_client_grpc_received_bytes_total 9");
    }

    private static void assertLine(String text, String line) {
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }

    private static void assertStatus(Status.Code code, String text, Status status) {
        assertEquals(code, status.getCode(), status.toString());
        assertEquals(text, status.getDescription());
    }

    private PutResponse put(String key, ByteString value) {
        return endpoint.call(PUT, PutRequest.newBuilder().setKey(utf8(key)).setValue(value).build(),
                PutResponse.getDefaultInstance());
    }

    private RangeResponse range(String key) {
        return endpoint.call(RANGE, rangeOf(key), RangeResponse.getDefaultInstance());
    }

    private static RangeRequest rangeOf(String key) {
        return RangeRequest.newBuilder().setKey(utf8(key)).build();
    }

    /** Reads a key with metadata. */
    private void with(String... namesAndValues) {
        Metadata metadata = new Metadata();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            metadata.put(Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER), namesAndValues[i + 1]);
        }
        ClientInterceptor attach = MetadataUtils.newAttachHeadersInterceptor(metadata);
        RangeRequest request = rangeOf("k");
        ClientCalls.blockingUnaryCall(ClientInterceptors.intercept(endpoint.channel, attach),
                TestEndpoint.unary(RANGE, request, RangeResponse.getDefaultInstance()), CallOptions.DEFAULT, request);
    }

    /** Sends bytes as they are. */
    private static final class RawMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("only requests are raw");
        }
    }
}
