package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What etcd does with a request and answers to it, done to a {@link Timeline}. Answers come without headers. */
final class Replay {
    private static final ByteString NO_VALUE = ByteString.EMPTY;

    private final Timeline timeline;

    Replay(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Does a request within the change under way, which the caller keeps or drops. */
    Message apply(Request request) {
        return switch (request) {
            case Request.Put put -> put(put.message());
            case Request.DeleteRange delete -> delete(delete.message());
            case Request.Txn txn -> txn(txn.message());
            case Request.Range range -> range(range.message());
            case Request.Revoke revoke -> {
                end(revoke.message().getID());
                yield LeaseRevokeResponse.getDefaultInstance();
            }
            case Request.Compact _, Request.Grant _, Request.KeepAlive _, Request.TimeToLive _ ->
                throw new IllegalArgumentException("no revision is made by " + request);
        };
    }

    /** Deletes what hangs on a lease, as its end does. */
    void end(long lease) {
        attached(lease, timeline.revision()).forEach(timeline::delete);
    }

    /** What hangs on a lease at a revision, in the order of keys. */
    List<KeyValue> attached(long lease, long revision) {
        return everything(revision).filter(kv -> kv.getLease() == lease).toList();
    }

    /** The leases on which something hangs at a revision. */
    List<Long> leases(long revision) {
        return everything(revision).map(KeyValue::getLease).filter(lease -> lease != 0).distinct().sorted().toList();
    }

    private Stream<KeyValue> everything(long revision) {
        ByteString zero = ByteString.copyFrom(new byte[1]);
        return timeline.at(new KeyRange(ByteString.EMPTY, zero), revision).stream();
    }

    private PutResponse put(PutRequest request) {
        Optional<KeyValue> before = timeline.now(request.getKey());
        timeline.put(
                request.getKey(),
                request.getIgnoreValue() ? before.map(KeyValue::getValue).orElse(NO_VALUE) : request.getValue(),
                request.getIgnoreLease() ? before.map(KeyValue::getLease).orElse(0L) : request.getLease());
        PutResponse.Builder response = PutResponse.newBuilder();
        if (request.getPrevKv()) {
            before.ifPresent(response::setPrevKv);
        }
        return response.build();
    }

    private DeleteRangeResponse delete(DeleteRangeRequest request) {
        List<KeyValue> there =
                timeline.at(new KeyRange(request.getKey(), request.getRangeEnd()), timeline.revision() + 1);
        there.forEach(timeline::delete);
        DeleteRangeResponse.Builder response = DeleteRangeResponse.newBuilder().setDeleted(there.size());
        if (request.getPrevKv()) {
            response.addAllPrevKvs(there);
        }
        return response.build();
    }

    private TxnResponse txn(TxnRequest request) {
        boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
        for (RequestOp op : succeeded ? request.getSuccessList() : request.getFailureList()) {
            response.addResponses(op(op));
        }
        return response.build();
    }

    private ResponseOp op(RequestOp op) {
        ResponseOp.Builder response = ResponseOp.newBuilder();
        switch (op.getRequestCase()) {
            case REQUEST_PUT -> response.setResponsePut(put(op.getRequestPut()));
            case REQUEST_DELETE_RANGE -> response.setResponseDeleteRange(delete(op.getRequestDeleteRange()));
            case REQUEST_RANGE -> response.setResponseRange(range(op.getRequestRange()));
            case REQUEST_TXN -> response.setResponseTxn(txn(op.getRequestTxn()));
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("an empty operation is never done");
        }
        return response.build();
    }

    /**
     * A comparison over a range holds for each key of it; over none, for a key that is nothing. Nested ones, too, are
     * of what was there before the whole transaction.
     */
    private boolean holds(Compare compare) {
        List<KeyValue> there =
                timeline.at(new KeyRange(compare.getKey(), compare.getRangeEnd()), timeline.revision());
        if (there.isEmpty()) {
            return compare.getTarget() != Compare.CompareTarget.VALUE
                    && holds(compare, KeyValue.getDefaultInstance());
        }
        return there.stream().allMatch(kv -> holds(compare, kv));
    }

    private static boolean holds(Compare compare, KeyValue kv) {
        int order = switch (compare.getTarget()) {
            case VERSION -> Long.compare(kv.getVersion(), compare.getVersion());
            case CREATE -> Long.compare(kv.getCreateRevision(), compare.getCreateRevision());
            case MOD -> Long.compare(kv.getModRevision(), compare.getModRevision());
            case LEASE -> Long.compare(kv.getLease(), compare.getLease());
            case VALUE -> KeyRange.ORDER.compare(kv.getValue(), compare.getValue());
            case UNRECOGNIZED -> throw new IllegalArgumentException("no such target: " + compare);
        };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> throw new IllegalArgumentException("no such comparison: " + compare);
        };
    }

    private RangeResponse range(RangeRequest request) {
        long at = request.getRevision() > 0 ? request.getRevision() : timeline.revision() + 1;
        List<KeyValue> all = timeline.at(new KeyRange(request.getKey(), request.getRangeEnd()), at);
        RangeResponse.Builder response = RangeResponse.newBuilder().setCount(all.size());
        if (request.getCountOnly()) {
            return response.build();
        }
        List<KeyValue> wanted = new ArrayList<>(all.stream().filter(kv -> isWanted(request, kv)).toList());
        sort(request, wanted);
        boolean more = request.getLimit() > 0 && wanted.size() > request.getLimit();
        List<KeyValue> page = more ? wanted.subList(0, (int) request.getLimit()) : wanted;
        return response.setMore(more)
                .addAllKvs(request.getKeysOnly() ? page.stream().map(Answers::keyOnly).toList() : page)
                .build();
    }

    private static boolean isWanted(RangeRequest request, KeyValue kv) {
        return isWithin(kv.getModRevision(), request.getMinModRevision(), request.getMaxModRevision())
                && isWithin(kv.getCreateRevision(), request.getMinCreateRevision(), request.getMaxCreateRevision());
    }

    private static boolean isWithin(long revision, long least, long most) {
        return (least == 0 || revision >= least) && (most == 0 || revision <= most);
    }

    private static void sort(RangeRequest request, List<KeyValue> kvs) {
        if (request.getSortTarget() != RangeRequest.SortTarget.KEY) {
            // Equals come in any order from etcd, so that there is no one right answer.
            throw new IllegalArgumentException("histories have no word for a sort by anything but the key");
        }
        if (request.getSortOrder() == RangeRequest.SortOrder.DESCEND) {
            kvs.sort(Comparator.comparing(KeyValue::getKey, KeyRange.ORDER).reversed());
        }
    }
}
