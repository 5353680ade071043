package io.drawbore.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.ClientRequest.Keys;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientRequestTest {
    private static final ByteString SECRET = bytes("secret/");

    @Test
    void writtenKeysAreThoseOfBothBranchesHoweverDeep() {
        TxnRequest inner = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(put("a")))
                .addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete("b", "c")))
                .build();
        TxnRequest middle = TxnRequest.newBuilder()
                .addFailure(RequestOp.newBuilder().setRequestTxn(inner))
                .build();
        TxnRequest outer = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestTxn(middle))
                .addSuccess(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes("read"))))
                .addFailure(RequestOp.newBuilder().setRequestPut(put("d")))
                .build();
        assertEquals(List.of(keys("a", ""), keys("b", "c"), keys("d", "")), written(outer));
        assertEquals(List.of(keys("a", "")), written(put("a")));
        assertEquals(List.of(keys("b", "c")), written(delete("b", "c")));
        assertEquals(List.of(), written(RangeRequest.newBuilder().setKey(bytes("read")).build()));
    }

    @Test
    void aKeyTouchesAPrefixThatItBeginsWith() {
        assertTrue(keys("secret/", "").touch(SECRET));
        assertTrue(keys("secret/a", "").touch(SECRET));
        assertFalse(keys("secret", "").touch(SECRET));
        assertFalse(keys("secret0", "").touch(SECRET));
    }

    @Test
    void aRangeTouchesAPrefixWhereAKeyOfItMayBeInside() {
        assertTrue(keys("a", "z").touch(SECRET));
        assertTrue(keys("secret/b", "secret/c").touch(SECRET));
        assertTrue(keys("s", "secret/\0").touch(SECRET), "the prefix is a key too");
        assertFalse(keys("s", "secret/").touch(SECRET), "the end is outside");
        assertFalse(keys("secret0", "z").touch(SECRET));
        assertFalse(keys("secret/c", "secret/b").touch(SECRET), "an empty range");
        assertFalse(keys("z", "a").touch(SECRET), "an empty range");
        assertTrue(keys("a", "\0").touch(SECRET), "without end");
        assertTrue(keys("\0", "\0").touch(SECRET), "all");
        assertFalse(keys("t", "\0").touch(SECRET));
        assertTrue(keys("t", "").touch(ByteString.EMPTY));
    }

    private static List<Keys> written(Message message) {
        return new ClientRequest("", message, "", "").writtenKeys();
    }

    private static Keys keys(String from, String end) {
        return new Keys(bytes(from), bytes(end));
    }

    private static PutRequest put(String key) {
        return PutRequest.newBuilder().setKey(bytes(key)).build();
    }

    private static DeleteRangeRequest delete(String key, String end) {
        return DeleteRangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)).build();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
