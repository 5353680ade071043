package io.drawbore.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.util.List;
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

    @BeforeEach
    void start() throws IOException {
        endpoint = new TestEndpoint(config -> config, new ClientExtensions(
                List.of(), List.of(), ClientExtensions.PATH_TIME,
                (method, request, caller, refusal) -> refused.add(method + " " + refusal.text())));
    }

    @AfterEach
    void stop() {
        endpoint.close();
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
