package io.drawbore.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever records requests hears of those that never come to the front door. */
final class RefusalsTest {
    private static final PutRequest NO_KEY = PutRequest.getDefaultInstance();

    private final List<String> refused = new CopyOnWriteArrayList<>();
    private TestEndpoint endpoint;

    /** What clients are told in place of refusals. */
    private volatile CompletableFuture<EtcdException> instead;

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint(config -> config, new ClientExtensions(
                List.of(), List.of(), ClientExtensions.PATH_TIME, (method, request, caller, refusal) -> {
                    refused.add(method + " " + refusal.text());
                    return instead == null ? CompletableFuture.completedFuture(refusal) : instead;
                }));
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void requestsThatAreNotWorthAProposalAreHeardOf() throws Exception {
        PutRequest key = PutRequest.newBuilder().setKey(TestEndpoint.utf8("k")).build();
        RequestOp put = RequestOp.newBuilder().setRequestPut(key).build();
        assertRefused(EtcdError.EMPTY_KEY, "KV/Put", NO_KEY, PutResponse.getDefaultInstance());
        assertRefused(EtcdError.EMPTY_KEY, "KV/Range", RangeRequest.getDefaultInstance(),
                RangeResponse.getDefaultInstance());
        assertRefused(EtcdError.EMPTY_KEY, "KV/DeleteRange", DeleteRangeRequest.getDefaultInstance(),
                DeleteRangeResponse.getDefaultInstance());
        assertRefused(EtcdError.DUPLICATE_KEY, "KV/Txn",
                TxnRequest.newBuilder().addSuccess(put).addSuccess(put).build(), TxnResponse.getDefaultInstance());

        StreamClient<RangeRequest, RangeStreamResponse> stream = new StreamClient<>(endpoint,
                "etcdserverpb.KV/RangeStream", MethodType.SERVER_STREAMING, RangeRequest.getDefaultInstance(),
                RangeStreamResponse.getDefaultInstance(), new Metadata());
        stream.call.sendMessage(RangeRequest.getDefaultInstance());
        stream.call.halfClose();
        assertEquals(EtcdError.EMPTY_KEY.text(), stream.status().getDescription());
        assertEquals("etcdserverpb.KV/RangeStream " + EtcdError.EMPTY_KEY.text(), refused.removeLast());

        HttpResponse<String> json = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(endpoint.url("/v3/kv/put")))
                        .POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(400, json.statusCode());
        assertEquals("etcdserverpb.KV/Put " + EtcdError.EMPTY_KEY.text(), refused.removeLast());
        assertEquals(List.of(), refused);
    }

    private <Q extends Message, R extends Message> void assertRefused(EtcdError error, String method, Q request,
            R response) {
        Status status = endpoint.statusOf("etcdserverpb." + method, request, response);
        assertEquals(error.text(), status.getDescription());
        assertEquals("etcdserverpb." + method + " " + error.text(), refused.removeLast());
    }

    @Test
    void theClientIsToldWhatTheyWantItToBeTold() {
        instead = CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        Status status = endpoint.statusOf("etcdserverpb.KV/Put", NO_KEY, PutResponse.getDefaultInstance());
        assertEquals(EtcdError.STOPPED.text(), status.getDescription());
        instead = CompletableFuture.completedFuture(EtcdError.NO_SPACE.exception());
        status = endpoint.statusOf("etcdserverpb.KV/Put", NO_KEY, PutResponse.getDefaultInstance());
        assertEquals(EtcdError.NO_SPACE.text(), status.getDescription());
    }

    @Test
    void requestsThatThisMemberMayNotAnswerAreHeardOf() {
        endpoint.door.hasLeader = false;
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        StatusRuntimeException told = Assertions.assertThrows(StatusRuntimeException.class, () ->
                ClientCalls.blockingUnaryCall(
                        ClientInterceptors.intercept(endpoint.channel,
                                MetadataUtils.newAttachHeadersInterceptor(headers)),
                        TestEndpoint.unary("etcdserverpb.KV/Put", NO_KEY, PutResponse.getDefaultInstance()),
                        CallOptions.DEFAULT, NO_KEY));
        assertEquals(EtcdError.NO_LEADER.text(), told.getStatus().getDescription());
        assertEquals(List.of("etcdserverpb.KV/Put " + EtcdError.NO_LEADER.text()), refused);
    }
}
