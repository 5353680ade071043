package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;

/**
 * What a request must look like before it is worth a proposal, whoever asks, checked in etcd's order so that the same
 * mistake gets the same answer. Throws the first fault found. Stateless but for its limit; any thread.
 */
final class RequestChecks {
    private final int maxTxnOps;

    /** @param maxTxnOps most operations of a transaction, see {@link #check(TxnRequest)} */
    RequestChecks(int maxTxnOps) {
        this.maxTxnOps = maxTxnOps;
    }

    void check(RangeRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.EMPTY_KEY.exception();
        }
        if (request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
                || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED) {
            throw EtcdError.INVALID_SORT_OPTION.exception();
        }
    }

    /** A range in chunks comes in the order of its keys and unfiltered. */
    void checkStream(RangeRequest request) {
        check(request);
        boolean byKey = request.getSortTarget() == RangeRequest.SortTarget.KEY
                && request.getSortOrder() == RangeRequest.SortOrder.ASCEND;
        if (request.getSortOrder() != RangeRequest.SortOrder.NONE && !byKey) {
            throw new EtcdException(StatusCode.UNIMPLEMENTED, "RangeStream does not support custom sort orders");
        }
        if (request.getMinModRevision() != 0 || request.getMaxModRevision() != 0
                || request.getMinCreateRevision() != 0 || request.getMaxCreateRevision() != 0) {
            throw new EtcdException(StatusCode.UNIMPLEMENTED, "RangeStream does not support revision filters");
        }
    }

    void check(PutRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.EMPTY_KEY.exception();
        }
        if (request.getIgnoreValue() && !request.getValue().isEmpty()) {
            throw EtcdError.VALUE_PROVIDED.exception();
        }
        if (request.getIgnoreLease() && request.getLease() != 0) {
            throw EtcdError.LEASE_PROVIDED.exception();
        }
    }

    void check(DeleteRangeRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.EMPTY_KEY.exception();
        }
    }

    /**
     * A transaction: first its shape, then which keys its writes touch. The longest of its three lists counts against
     * the limit, and what it leaves of the limit is what each nested transaction may use.
     */
    void check(TxnRequest request) {
        checkShape(request, maxTxnOps);
        WrittenKeys.of(request.getSuccessList());
        WrittenKeys.of(request.getFailureList());
    }

    private void checkShape(TxnRequest request, int budget) {
        int operations = Math.max(request.getCompareCount(),
                Math.max(request.getSuccessCount(), request.getFailureCount()));
        if (operations > budget) {
            throw EtcdError.TOO_MANY_OPS.exception();
        }
        for (Compare compare : request.getCompareList()) {
            if (compare.getKey().isEmpty()) {
                throw EtcdError.EMPTY_KEY.exception();
            }
        }
        checkShapes(request.getSuccessList(), budget - operations);
        checkShapes(request.getFailureList(), budget - operations);
    }

    private void checkShapes(List<RequestOp> operations, int budget) {
        for (RequestOp operation : operations) {
            switch (operation.getRequestCase()) {
                case REQUEST_RANGE -> check(operation.getRequestRange());
                case REQUEST_PUT -> check(operation.getRequestPut());
                case REQUEST_DELETE_RANGE -> check(operation.getRequestDeleteRange());
                case REQUEST_TXN -> checkShape(operation.getRequestTxn(), budget);
                case REQUEST_NOT_SET -> throw EtcdError.KEY_NOT_FOUND.exception();
            }
        }
    }
}
