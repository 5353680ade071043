package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.TxnResponse;

/** What a client was answered, as it came. */
public sealed interface Response {
    /** The message itself. */
    Message message();

    /** The revision that the answer's header names; 0 where it has none. */
    long revision();

    record Put(PutResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record DeleteRange(DeleteRangeResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record Range(RangeResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record Txn(TxnResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record Compact(CompactionResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record Grant(LeaseGrantResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    record Revoke(LeaseRevokeResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    /** A TTL of 0 says that there is no such lease. */
    record KeepAlive(LeaseKeepAliveResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    /** A TTL of -1 says that there is no such lease. */
    record TimeToLive(LeaseTimeToLiveResponse message) implements Response {
        @Override
        public long revision() {
            return message.getHeader().getRevision();
        }
    }

    /**
     * The response that a message is.
     *
     * @throws IllegalArgumentException where histories have no word for it
     */
    static Response of(Message message) {
        return switch (message) {
            case PutResponse put -> new Put(put);
            case DeleteRangeResponse delete -> new DeleteRange(delete);
            case RangeResponse range -> new Range(range);
            case TxnResponse txn -> new Txn(txn);
            case CompactionResponse compaction -> new Compact(compaction);
            case LeaseGrantResponse grant -> new Grant(grant);
            case LeaseRevokeResponse revoke -> new Revoke(revoke);
            case LeaseKeepAliveResponse renewal -> new KeepAlive(renewal);
            case LeaseTimeToLiveResponse answer -> new TimeToLive(answer);
            default -> throw new IllegalArgumentException("no response of a history: " + message.getClass());
        };
    }
}
