package io.drawbore.apply;

import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.List;

/** What a request is taken to add to the store, in bytes, as etcd reckons it; 0 where it takes no space. */
public final class SpaceCost {
    /** A lease. */
    public static final long LEASE = 64;

    /** A row besides its key and value. */
    private static final long ROW = 256;

    private SpaceCost() {}

    /** Of a put. */
    public static long of(PutRequest put) {
        return ROW + put.getKey().size() + put.getValue().size();
    }

    /** Of a transaction: of its dearer branch, nested transactions included. */
    public static long of(TxnRequest txn) {
        return Math.max(of(txn.getSuccessList()), of(txn.getFailureList()));
    }

    private static long of(List<RequestOp> branch) {
        long cost = 0;
        for (RequestOp operation : branch) {
            if (operation.hasRequestPut()) {
                cost += of(operation.getRequestPut());
            } else if (operation.hasRequestTxn()) {
                cost += of(operation.getRequestTxn());
            }
        }
        return cost;
    }
}
