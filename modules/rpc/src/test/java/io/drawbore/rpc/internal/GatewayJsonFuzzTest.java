package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The body of a call to the gateway is a request, which survives a round trip, or refused as an invalid argument. */
class GatewayJsonFuzzTest {
    private static final List<Message> REQUESTS = List.of(
            TxnRequest.getDefaultInstance(),
            RangeRequest.getDefaultInstance(),
            PutRequest.getDefaultInstance(),
            WatchRequest.getDefaultInstance());

    /** First which request it is to be, then the body. */
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "\0{\"compare\":[{\"target\":\"VALUE\",\"key\":\"Zm9v\",\"value\":\"YmFy\"}],"
                                + "\"success\":[{\"requestPut\":{\"key\":\"Zm9v\",\"value\":\"YmFy\"}}],"
                                + "\"failure\":[{\"request_range\":{\"key\":\"Zm9v\"}}]}",
                        "\1{\"key\":\"AA==\",\"range_end\":\"AA==\",\"limit\":\"-1\",\"revision\":7,"
                                + "\"sort_order\":\"DESCEND\",\"sort_target\":1,\"keys_only\":true,\"other\":{}}",
                        "\2{\"key\":\"Zm9v\",\"lease\":\"9223372036854775807\",\"prev_kv\":null}",
                        "\3{\"create_request\":{\"filters\":[\"NOPUT\",1],\"start_revision\":1e3}}",
                        "\3{\"progress_request\":{},\"cancel_request\":{}}",
                        "\2",
                        "\2[]",
                        "\2{\"key\":\"%%\"}",
                        "\0" + "{\"success\":[{\"request_txn\":".repeat(60))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void aBodyIsReadOrRefused(byte[] data) {
        if (data.length < 1) {
            return;
        }
        Message empty = REQUESTS.get((data[0] & 0xff) % REQUESTS.size());
        try {
            Message request = GatewayJson.parse(new String(data, 1, data.length - 1, StandardCharsets.UTF_8), empty);
            assertEquals(request, GatewayJson.parse(JsonPrinter.print(request), empty));
        } catch (EtcdException refused) {
            assertEquals(StatusCode.INVALID_ARGUMENT, refused.code());
            assertFalse(refused.text().isEmpty());
        }
    }
}
