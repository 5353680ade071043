package io.drawbore.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A request as plug-ins see it that judge or record requests.
 *
 * @param method how gRPC calls it: {@code etcdserverpb.KV/Put}, or {@code acme.v1.Quotas/Get} of a plug-in's; of a path
 *     of HTTP that a plug-in answers, {@code HTTP GET /acme/status}
 * @param message the request, an empty one where a stream was refused before its first. Passwords in the member's own
 *     are replaced by an empty text; those of plug-ins are shown as they are, and of HTTP the body, as a {@link
 *     com.google.protobuf.BytesValue}
 * @param user whose token came with it; empty where none did, it is worth nothing or authentication is off. Of {@code
 *     Authenticate} the name that is claimed, which nothing proves yet
 * @param remote address of the other end, for logs
 */
public record ClientRequest(String method, Message message, String user, String remote) {
    /**
     * The keys that the request may put or delete, as {@code Put}, {@code DeleteRange} and {@code Txn} name them: of a
     * transaction those of both branches and of all that are nested in it, whichever would be executed. Empty for other
     * requests; the keys that go with a lease that is revoked are named by no request.
     */
    public List<Keys> writtenKeys() {
        List<Keys> written = new ArrayList<>();
        switch (message) {
            case PutRequest put -> written.add(Keys.of(put));
            case DeleteRangeRequest delete -> written.add(Keys.of(delete));
            case TxnRequest txn -> collect(txn, written);
            default -> {}
        }
        return List.copyOf(written);
    }

    /** As deep as messages may be nested, which the parser has seen to. */
    private static void collect(TxnRequest txn, List<Keys> written) {
        collect(txn.getSuccessList(), written);
        collect(txn.getFailureList(), written);
    }

    private static void collect(List<RequestOp> operations, List<Keys> written) {
        for (RequestOp operation : operations) {
            switch (operation.getRequestCase()) {
                case REQUEST_PUT -> written.add(Keys.of(operation.getRequestPut()));
                case REQUEST_DELETE_RANGE -> written.add(Keys.of(operation.getRequestDeleteRange()));
                case REQUEST_TXN -> collect(operation.getRequestTxn(), written);
                case REQUEST_RANGE, REQUEST_NOT_SET -> {}
            }
        }
    }

    /**
     * One key, or a range of keys.
     *
     * @param from the key, or the first of them
     * @param end the first key behind the range; empty where it is one key; a single zero byte where the range has no
     *     end, as in etcd
     */
    public record Keys(ByteString from, ByteString end) {
        private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();
        private static final ByteString NO_END = ByteString.copyFrom(new byte[] {0});

        static Keys of(PutRequest put) {
            return new Keys(put.getKey(), ByteString.EMPTY);
        }

        static Keys of(DeleteRangeRequest delete) {
            return new Keys(delete.getKey(), delete.getRangeEnd());
        }

        /** Whether a key that begins with the prefix may be among them. */
        public boolean touch(ByteString prefix) {
            if (from.startsWith(prefix)) {
                return end.isEmpty() || isBefore(from, end);
            }
            // the prefix itself is the first of its keys
            return !end.isEmpty() && ORDER.compare(from, prefix) < 0 && isBefore(prefix, end);
        }

        private static boolean isBefore(ByteString key, ByteString end) {
            return end.equals(NO_END) || ORDER.compare(key, end) < 0;
        }
    }
}
