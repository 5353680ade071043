package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each case was put to a real etcd's gateway first. */
final class JsonRequestsTest {
    @ParameterizedTest
    @ValueSource(strings = {
            "", "null", "true", "5", "\"x\"", "[]", "[{}]", "{", "{\"key\"", "{'key':'YQ=='}", "{key:\"YQ==\"}",
            "{\"key\":\"YQ==\",}", "{\"key\":\"YQ==\";\"limit\":1}", "{\"key\":\"YQ==\" /* a */}", "{\"key\":\"a\nb\"}",
            "{\"count_only\":\"true\"}", "{\"count_only\":1}", "{\"count_only\":TRUE}",
            "{\"key\":5}", "{\"key\":\"!!\"}", "{\"key\":\"YQ=\"}", "{\"key\":\"+_8=\"}", "{\"key\":[]}",
            "{\"limit\":\"x\"}", "{\"limit\":1.5}", "{\"limit\":\" 1\"}", "{\"limit\":\"01\"}", "{\"limit\":01}",
            "{\"limit\":true}", "{\"limit\":9223372036854775808}", "{\"limit\":1e999999999}", "{\"limit\":NaN}",
            "{\"limit\":\"0x10\"}", "{\"limit\":{}}", "{\"limit\":-1e19}",
            "{\"sort_order\":1.5}", "{\"sort_order\":true}", "{\"sort_order\":4294967296}",
            "{\"key\":\"YQ==\",\"key\":\"Yg==\"}", "{\"key\":null,\"key\":\"Yg==\"}",
            "{\"range_end\":\"YQ==\",\"rangeEnd\":\"YQ==\"}"})
    void isRefused(String json) {
        assertThrows(IOException.class, () -> range(json));
    }

    @Test
    void numbersComeInManySpellings() throws IOException {
        assertEquals(100, range("{\"limit\":1e2}").getLimit());
        assertEquals(100, range("{\"limit\":\"1e2\"}").getLimit());
        assertEquals(1, range("{\"limit\":1.0}").getLimit());
        assertEquals(-7, range("{\"limit\":\"-7\"}").getLimit());
        assertEquals(Long.MIN_VALUE, range("{\"limit\":-9223372036854775808}").getLimit());
        assertEquals(Long.MAX_VALUE, range("{\"limit\":\"9223372036854775807\"}").getLimit());
        assertEquals(0, range("{\"limit\":0e999999}").getLimit());
    }

    @Test
    void constantsAreNamesOrNumbersAndUnknownNamesAreOverlooked() throws IOException {
        assertEquals(RangeRequest.SortOrder.DESCEND, range("{\"sort_order\":\"DESCEND\"}").getSortOrder());
        assertEquals(RangeRequest.SortOrder.DESCEND, range("{\"sortOrder\":2.0}").getSortOrder());
        assertEquals(17, range("{\"sort_order\":17}").getSortOrderValue());
        assertEquals(-1, range("{\"sort_order\":-1}").getSortOrderValue());
        assertEquals(0, range("{\"sort_order\":\"descend\"}").getSortOrderValue());
        assertEquals(0, range("{\"sort_order\":\"2\"}").getSortOrderValue());
    }

    @Test
    void bytesAreInEitherAlphabet() throws IOException {
        ByteString bytes = ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xef});
        assertEquals(bytes, range("{\"key\":\"_-8\"}").getKey());
        assertEquals(bytes, range("{\"key\":\"/+8=\"}").getKey());
        assertEquals(ByteString.EMPTY, range("{\"key\":\"\"}").getKey());
    }

    @Test
    void whatIsUnknownOrBehindTheFirstValueIsOverlooked() throws IOException {
        assertEquals(5, range("{\"a\":[1,{\"b\":null}],\"[x.y]\":\"z\",\"limit\":5} nonsense").getLimit());
        assertEquals(0, range("{\"limit\":null}").getLimit());
        assertEquals(3, range("\n\t {\"\\u006cimit\" : 3 }").getLimit());
    }

    @Test
    void oneOfSeveralIsSetOnce() throws IOException {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        JsonRequests.merge("{\"compare\":[{\"target\":\"LEASE\",\"lease\":5}],\"success\":[{\"requestRange\":{\"key\":"
                + "\"YQ==\"},\"request_put\":null},{\"request_txn\":{\"failure\":[{}]}}]}", txn);
        assertEquals(5, txn.getCompare(0).getLease());
        assertEquals("a", txn.getSuccess(0).getRequestRange().getKey().toStringUtf8());
        assertEquals(1, txn.getSuccess(1).getRequestTxn().getFailureCount());

        for (String json : new String[] {"{\"success\":[{\"request_range\":{},\"request_put\":{}}]}",
                "{\"success\":{}}", "{\"success\":[null]}", "{\"success\":[[]]}"}) {
            assertThrows(IOException.class, () -> JsonRequests.merge(json, TxnRequest.newBuilder()), json);
        }
    }

    @Test
    void nestingHasAnEnd() {
        String deep = "{\"success\":[{\"request_txn\":".repeat(10_000);
        assertThrows(IOException.class, () -> JsonRequests.merge(deep, TxnRequest.newBuilder()));
        String unknown = "{\"x\":" + "[".repeat(100_000);
        assertThrows(IOException.class, () -> range(unknown));
    }

    private static RangeRequest range(String json) throws IOException {
        RangeRequest.Builder range = RangeRequest.newBuilder();
        JsonRequests.merge(json, range);
        return range.build();
    }
}
