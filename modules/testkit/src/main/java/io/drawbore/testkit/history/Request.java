package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.TxnRequest;

/** What a client asked for, as it was sent. */
public sealed interface Request {
    /** The message itself. */
    Message message();

    record Put(PutRequest message) implements Request {}

    record DeleteRange(DeleteRangeRequest message) implements Request {}

    /** Any but those sorted by something else than the key. */
    record Range(RangeRequest message) implements Request {}

    record Txn(TxnRequest message) implements Request {}

    record Compact(CompactionRequest message) implements Request {}

    record Grant(LeaseGrantRequest message) implements Request {}

    record Revoke(LeaseRevokeRequest message) implements Request {}

    /** One message of a stream of renewals, with the one answer to it. */
    record KeepAlive(LeaseKeepAliveRequest message) implements Request {}

    record TimeToLive(LeaseTimeToLiveRequest message) implements Request {}

    /**
     * The request that a message is.
     *
     * @throws IllegalArgumentException where histories have no word for it
     */
    static Request of(Message message) {
        return switch (message) {
            case PutRequest put -> new Put(put);
            case DeleteRangeRequest delete -> new DeleteRange(delete);
            case RangeRequest range -> new Range(range);
            case TxnRequest txn -> new Txn(txn);
            case CompactionRequest compaction -> new Compact(compaction);
            case LeaseGrantRequest grant -> new Grant(grant);
            case LeaseRevokeRequest revoke -> new Revoke(revoke);
            case LeaseKeepAliveRequest renewal -> new KeepAlive(renewal);
            case LeaseTimeToLiveRequest question -> new TimeToLive(question);
            default -> throw new IllegalArgumentException("no request of a history: " + message.getClass());
        };
    }
}
