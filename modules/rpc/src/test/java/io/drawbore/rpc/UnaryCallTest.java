package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UnaryCallTest {
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
        PutResponse put = endpoint.call("etcdserverpb.KV/Put",
                PutRequest.newBuilder().setKey(utf8("foo")).setValue(utf8("bar")).build(), PutResponse.getDefaultInstance());
        RangeResponse range = endpoint.call("etcdserverpb.KV/Range", RangeRequest.newBuilder().setKey(utf8("foo")).build(),
                RangeResponse.getDefaultInstance());

        assertEquals(2, put.getHeader().getRevision());
        assertEquals("bar", range.getKvs(0).getValue().toStringUtf8());
    }
}
