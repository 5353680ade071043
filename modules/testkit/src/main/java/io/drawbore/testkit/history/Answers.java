package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What answers say about the keyspace. */
final class Answers {
    private Answers() {}

    /** Whether an answer says that something was written, so that its header's revision is its own. */
    static boolean wrote(Response response) {
        return switch (response) {
            case Response.Put _ -> true;
            case Response.DeleteRange delete -> delete.message().getDeleted() > 0;
            case Response.Txn txn -> wrote(txn.message());
            case Response.Range _, Response.Compact _, Response.Grant _, Response.Revoke _, Response.KeepAlive _,
                    Response.TimeToLive _ -> false;
        };
    }

    private static boolean wrote(TxnResponse txn) {
        return txn.getResponsesList().stream().anyMatch(response -> switch (response.getResponseCase()) {
            case RESPONSE_PUT -> true;
            case RESPONSE_DELETE_RANGE -> response.getResponseDeleteRange().getDeleted() > 0;
            case RESPONSE_TXN -> wrote(response.getResponseTxn());
            case RESPONSE_RANGE, RESPONSE_NOT_SET -> false;
        });
    }

    /** Whether the answer may come from a member that is behind. */
    static boolean mayBeOld(Request request) {
        return switch (request) {
            case Request.Range range -> range.message().getSerializable();
            case Request.Txn txn -> Stream.concat(
                            txn.message().getSuccessList().stream(), txn.message().getFailureList().stream())
                    .allMatch(op -> op.hasRequestRange() && op.getRequestRange().getSerializable());
            case Request.KeepAlive _, Request.TimeToLive _ -> true;
            case Request.Put _, Request.DeleteRange _, Request.Compact _, Request.Grant _, Request.Revoke _ -> false;
        };
    }

    /** All keys with their values that an answer shows, those before it included. */
    static Stream<KeyValue> shown(Request request, Message response) {
        return switch (response) {
            case PutResponse put -> put.hasPrevKv() ? Stream.of(put.getPrevKv()) : Stream.empty();
            case DeleteRangeResponse delete -> delete.getPrevKvsList().stream();
            case RangeResponse range -> request instanceof Request.Range asked && asked.message().getKeysOnly()
                    ? Stream.empty()
                    : range.getKvsList().stream();
            case TxnResponse txn when request instanceof Request.Txn asked -> shown(asked.message(), txn);
            default -> Stream.empty();
        };
    }

    private static Stream<KeyValue> shown(TxnRequest request, TxnResponse response) {
        List<RequestOp> ops = response.getSucceeded() ? request.getSuccessList() : request.getFailureList();
        List<KeyValue> shown = new ArrayList<>();
        for (int i = 0; i < Math.min(ops.size(), response.getResponsesCount()); i++) {
            Message part = part(response.getResponses(i));
            shown.addAll(shown(request(ops.get(i)), part).toList());
        }
        return shown.stream();
    }

    private static Request request(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_PUT -> new Request.Put(op.getRequestPut());
            case REQUEST_DELETE_RANGE -> new Request.DeleteRange(op.getRequestDeleteRange());
            case REQUEST_RANGE -> new Request.Range(op.getRequestRange());
            case REQUEST_TXN -> new Request.Txn(op.getRequestTxn());
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("an empty operation is never done");
        };
    }

    private static Message part(ResponseOp response) {
        return switch (response.getResponseCase()) {
            case RESPONSE_PUT -> response.getResponsePut();
            case RESPONSE_DELETE_RANGE -> response.getResponseDeleteRange();
            case RESPONSE_RANGE -> response.getResponseRange();
            case RESPONSE_TXN -> response.getResponseTxn();
            case RESPONSE_NOT_SET -> response;
        };
    }

    /** An answer as {@link Replay} would give it: no headers, of ranges for keys only what etcd always says. */
    static Message bare(Request request, Message response) {
        return switch (response) {
            case PutResponse put -> put.toBuilder().clearHeader().build();
            case DeleteRangeResponse delete -> delete.toBuilder().clearHeader().build();
            case RangeResponse range -> bare(((Request.Range) request).message(), range);
            case TxnResponse txn -> bare(((Request.Txn) request).message(), txn);
            case LeaseRevokeResponse revoked -> revoked.toBuilder().clearHeader().build();
            default -> throw new IllegalArgumentException("not an answer about keys: " + response.getClass());
        };
    }

    private static RangeResponse bare(RangeRequest request, RangeResponse response) {
        RangeResponse.Builder bare = response.toBuilder().clearHeader();
        if (request.getKeysOnly()) {
            bare.clearKvs().addAllKvs(response.getKvsList().stream().map(Answers::keyOnly).toList());
        }
        return bare.build();
    }

    private static TxnResponse bare(TxnRequest request, TxnResponse response) {
        TxnResponse.Builder bare = response.toBuilder().clearHeader().clearResponses();
        List<RequestOp> ops = response.getSucceeded() ? request.getSuccessList() : request.getFailureList();
        for (int i = 0; i < response.getResponsesCount(); i++) {
            ResponseOp part = response.getResponses(i);
            // An answer of another kind than its request stays as it is: the comparison will say so.
            boolean fits = i < ops.size() && kind(ops.get(i)) == part.getResponseCase();
            bare.addResponses(fits ? bare(ops.get(i), part) : part);
        }
        return bare.build();
    }

    private static ResponseOp.ResponseCase kind(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_PUT -> ResponseOp.ResponseCase.RESPONSE_PUT;
            case REQUEST_DELETE_RANGE -> ResponseOp.ResponseCase.RESPONSE_DELETE_RANGE;
            case REQUEST_RANGE -> ResponseOp.ResponseCase.RESPONSE_RANGE;
            case REQUEST_TXN -> ResponseOp.ResponseCase.RESPONSE_TXN;
            case REQUEST_NOT_SET -> ResponseOp.ResponseCase.RESPONSE_NOT_SET;
        };
    }

    private static ResponseOp bare(RequestOp op, ResponseOp part) {
        ResponseOp.Builder bare = ResponseOp.newBuilder();
        Message content = bare(request(op), part(part));
        switch (content) {
            case PutResponse put -> bare.setResponsePut(put);
            case DeleteRangeResponse delete -> bare.setResponseDeleteRange(delete);
            case RangeResponse range -> bare.setResponseRange(range);
            case TxnResponse txn -> bare.setResponseTxn(txn);
            default -> throw new IllegalArgumentException("no part of a transaction: " + content.getClass());
        }
        return bare.build();
    }

    /** What etcd says of a key in a range for keys only: the lease is there or not, depending on the version. */
    static KeyValue keyOnly(KeyValue kv) {
        return kv.toBuilder().setValue(ByteString.EMPTY).setLease(0).build();
    }
}
