package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.ReadState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads that wait for a proof of leadership. All that came since the last question share the next one, and every
 * question has a context of its own, so that an answer to an older one proves nothing for a newer (etcd issue 20418).
 * Raft thread only.
 */
final class ReadIndexRequests {
    private final Map<ByteString, List<Read>> asked = new HashMap<>();
    private List<Read> waiting = new ArrayList<>();
    private long lastContext;

    private record Read(CompletableFuture<Long> answer, long deadlineNanos) {}

    void add(CompletableFuture<Long> answer, long deadlineNanos) {
        waiting.add(new Read(answer, deadlineNanos));
    }

    /** Asks for all that wait, where there is a leader to ask. */
    void ask(RaftNode node) {
        if (waiting.isEmpty() || node.status().softState().lead() == 0) {
            return;
        }
        lastContext++;
        ByteString context = ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(lastContext).flip());
        asked.put(context, waiting);
        waiting = new ArrayList<>();
        node.readIndex(context);
    }

    void answer(List<ReadState> states) {
        for (ReadState state : states) {
            List<Read> reads = asked.remove(state.context());
            if (reads != null) {
                reads.forEach(read -> read.answer.complete(state.index()));
            }
        }
    }

    /** What was asked of another leader is asked again. */
    void leaderChanged() {
        asked.values().forEach(waiting::addAll);
        asked.clear();
    }

    void expire(long nowNanos) {
        waiting.removeIf(read -> expired(read, nowNanos));
        asked.values().forEach(reads -> reads.removeIf(read -> expired(read, nowNanos)));
        asked.values().removeIf(List::isEmpty);
    }

    private static boolean expired(Read read, long nowNanos) {
        return read.deadlineNanos - nowNanos < 0 && read.answer.completeExceptionally(EtcdError.TIMEOUT.exception());
    }

    void failAll(EtcdException error) {
        leaderChanged();
        waiting.forEach(read -> read.answer.completeExceptionally(error));
        waiting.clear();
    }
}
