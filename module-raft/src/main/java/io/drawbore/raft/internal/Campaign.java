package io.drawbore.raft.internal;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.MessageType;

/** The kinds of elections. */
enum Campaign {
    /** Only asks whether an election could be won (Raft thesis 9.6). */
    PRE_VOTE,
    /** An election. */
    VOTE,
    /** An election that the leader wants, so that it is answered even while the leader lives (Raft thesis 4.2.3). */
    TRANSFER;

    // etcd's word for it on the wire.
    private static final ByteString TRANSFER_CONTEXT = ByteString.copyFromUtf8("CampaignTransfer");

    /** The message that asks. */
    MessageType request() {
        return this == PRE_VOTE ? MessageType.MsgPreVote : MessageType.MsgVote;
    }

    /** The message that answers. */
    MessageType response() {
        return this == PRE_VOTE ? MessageType.MsgPreVoteResp : MessageType.MsgVoteResp;
    }

    /** What the request carries. */
    ByteString context() {
        return this == TRANSFER ? TRANSFER_CONTEXT : ByteString.EMPTY;
    }

    /** Whether a request with this context is answered even while a leader is known to live. */
    static boolean forced(ByteString context) {
        return context.equals(TRANSFER_CONTEXT);
    }
}
