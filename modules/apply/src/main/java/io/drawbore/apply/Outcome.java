package io.drawbore.apply;

import com.google.protobuf.Message;
import io.drawbore.api.Applied;
import io.drawbore.api.EtcdException;
import io.drawbore.api.KeyRow;
import io.drawbore.auth.TokenChange;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.proto.raftpb.ConfChangeV2;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an entry did. Published only after the transaction that holds it is committed.
 *
 * @param at the entry
 * @param requestId the id under which the proposer waits, 0 for none
 * @param response the answer, its header holding the revision only; null where the command has none
 * @param refusal why the entry changed nothing, or null
 * @param revision the store's main revision after the entry
 * @param compactRevision the store's compact revision after the entry
 * @param changes the rows it wrote, in order, all of that main revision
 * @param token what becomes of users' tokens, or null
 * @param membershipChange the change raft must now make too, of nobody where it is refused; null for any other entry
 */
public record Outcome(
        Applied at,
        long requestId,
        @Nullable Message response,
        @Nullable EtcdException refusal,
        long revision,
        long compactRevision,
        List<KeyRow> changes,
        @Nullable TokenChange token,
        @Nullable ConfChangeV2 membershipChange) {

    static Outcome refused(Applied at, long requestId, EtcdException refusal, KeyspaceWriter keys) {
        return new Outcome(
                at, requestId, null, refusal, keys.revision(), keys.compactRevision(), List.of(), null, null);
    }
}
