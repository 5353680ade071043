package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.raft.RaftNode;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.ReadState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Reads that wait for a proof of leadership. All that came since the last question share the next one, and every
 * question has a context of its own, so that an answer to an older one proves nothing for a newer (etcd issue 20418).
 * The raft thread's; but whoever waits is told by others that his time is over, since that thread may stand still.
 */
final class ReadIndexRequests {
    /** After which a question is asked again, as in etcd. */
    private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();

    private final Map<ByteString, Question> asked = new HashMap<>();
    private final RequestIds ids;
    private List<Waiting> waiting = new ArrayList<>();

    /**
     * No questions yet.
     *
     * @param ids name them: an answer to one from before a restart, still under way, must not be taken for another's
     */
    ReadIndexRequests(RequestIds ids) {
        this.ids = ids;
    }

    /** One who waits, and until when. */
    private sealed interface Waiting {
        CompletableFuture<?> answer();

        long deadlineNanos();

        record Read(CompletableFuture<Long> answer, long deadlineNanos) implements Waiting {}

        record Proof(CompletableFuture<LeadershipProof> answer, long deadlineNanos) implements Waiting {}
    }

    /** Who shares a question, and the term and time in which it was asked. */
    private record Question(List<Waiting> by, long term, long atNanos) {}

    synchronized void add(CompletableFuture<Long> answer, long deadlineNanos) {
        waiting.add(new Waiting.Read(answer, deadlineNanos));
    }

    /** Only this member's own leadership is an answer. */
    synchronized void addProof(CompletableFuture<LeadershipProof> answer, long deadlineNanos) {
        waiting.add(new Waiting.Proof(answer, deadlineNanos));
    }

    /** Asks for all that wait, where there is a leader to ask. */
    synchronized void ask(RaftNode node, long nowNanos) {
        if (waiting.isEmpty() || node.status().softState().lead() == 0) {
            return;
        }
        ByteString context = ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(ids.next()).flip());
        asked.put(context, new Question(waiting, node.status().hardState().getTerm(), nowNanos));
        waiting = new ArrayList<>();
        node.readIndex(context);
    }

    /**
     * Answers what was asked.
     *
     * @param stretch of this member's leadership, if it leads
     */
    synchronized void answer(List<ReadState> states, RaftNode node, long stretch) {
        for (ReadState state : states) {
            Question question = asked.remove(state.context());
            if (question != null) {
                answer(question, state.index(), node.status(), stretch);
            }
        }
    }

    /** Who leads now and asked in the same term leads ever since: nobody leads a term twice. */
    private static void answer(Question question, long index, RaftStatus status, long stretch) {
        long term = status.hardState().getTerm();
        boolean leads = status.softState().lead() == status.id() && question.term == term;
        for (Waiting one : question.by) {
            switch (one) {
                case Waiting.Read read -> read.answer.complete(index);
                case Waiting.Proof proof when leads ->
                    proof.answer.complete(new LeadershipProof(new Leadership(term, stretch), index));
                case Waiting.Proof proof -> proof.answer.completeExceptionally(EtcdError.NOT_LEADER.exception());
            }
        }
    }

    /** What was asked of another leader is asked again. */
    synchronized void leaderChanged() {
        asked.values().forEach(question -> waiting.addAll(question.by));
        asked.clear();
    }

    /** Gives up on those whose time is over, and asks again where a question or its answer may have got lost. */
    synchronized void expire(long nowNanos) {
        List<Waiting> over = over(nowNanos);
        for (Iterator<Question> all = asked.values().iterator(); all.hasNext(); ) {
            Question question = all.next();
            if (nowNanos - question.atNanos >= RETRY_NANOS) {
                waiting.addAll(question.by);
                all.remove();
            }
        }
        waiting.removeIf(one -> isOver(one, nowNanos));
        asked.values().forEach(question -> question.by.removeIf(one -> isOver(one, nowNanos)));
        asked.values().removeIf(question -> question.by.isEmpty());
        giveUp(over);
    }

    /** Gives up on those whose time is over. Any thread. */
    void giveUp(long nowNanos) {
        giveUp(over(nowNanos));
    }

    private synchronized List<Waiting> over(long nowNanos) {
        return Stream.concat(waiting.stream(), asked.values().stream().flatMap(question -> question.by.stream()))
                .filter(one -> isOver(one, nowNanos))
                .toList();
    }

    private static boolean isOver(Waiting one, long nowNanos) {
        return one.deadlineNanos() - nowNanos < 0;
    }

    private static void giveUp(List<Waiting> over) {
        over.forEach(one -> one.answer().completeExceptionally(EtcdError.TIMEOUT.exception()));
    }

    synchronized void failAll(EtcdException error) {
        leaderChanged();
        waiting.forEach(one -> one.answer().completeExceptionally(error));
        waiting.clear();
    }
}
