package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.api.Workers;
import io.drawbore.apply.Outcome;
import io.drawbore.auth.Requester;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.raftpb.ConfChange;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Sends requests through raft and waits for their outcome. Any thread; nothing blocks. */
public final class Proposals {
    /** Committed entries that may wait to be applied before new requests are turned away, as in etcd. */
    private static final long MAX_APPLY_LAG = 5_000;

    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final RaftLoop raft;
    private final PendingRequests pending;
    private final AppliedWait applied;
    private final RequestIds ids;
    private final Running running;
    private final long maxRequestBytes;
    private final Duration timeout;
    private final Workers workers;

    /**
     * Proposals of one member.
     *
     * @param maxRequestBytes a request's size in the log at the most
     * @param timeout how long a request may wait for its outcome
     */
    public Proposals(
            RaftLoop raft,
            PendingRequests pending,
            AppliedWait applied,
            RequestIds ids,
            Running running,
            long maxRequestBytes,
            Duration timeout,
            Workers workers) {
        this.raft = raft;
        this.pending = pending;
        this.applied = applied;
        this.ids = ids;
        this.running = running;
        this.maxRequestBytes = maxRequestBytes;
        this.timeout = timeout;
        this.workers = workers;
    }

    /** Proposes; completes with what the entry did, or with its refusal. */
    public CompletableFuture<Outcome> propose(InternalRaftRequest.Builder request) {
        return propose(request, Requester.NOBODY);
    }

    /** Proposes what somebody asks for; completes as above. */
    public CompletableFuture<Outcome> propose(InternalRaftRequest.Builder request, Requester requester) {
        return propose(request, requester, raft::propose);
    }

    /** Proposes under one leadership; completes as above, or fails where that leadership has ended. */
    CompletableFuture<Outcome> proposeUnder(
            Leadership leadership, InternalRaftRequest.Builder request, Requester requester) {
        return propose(request, requester, (id, data) -> raft.proposeUnder(leadership, id, data));
    }

    /** Proposes a change of membership; completes as above. */
    CompletableFuture<Outcome> propose(ConfChange.Builder change) {
        long id = ids.next();
        return propose(id, change.setId(id).build().getSerializedSize(), () -> raft.proposeChange(id, change.build()));
    }

    private interface HandOver {
        void handOver(long id, ByteString data);
    }

    private CompletableFuture<Outcome> propose(
            InternalRaftRequest.Builder request, Requester requester, HandOver raftThread) {
        long id = ids.next();
        RequestHeader.Builder header = RequestHeader.newBuilder()
                .setID(id)
                .setUsername(requester.user())
                .setAuthRevision(requester.authRevision());
        ByteString data = request.setHeader(header).build().toByteString();
        return propose(id, data.size(), () -> raftThread.handOver(id, data));
    }

    private CompletableFuture<Outcome> propose(long id, int size, Runnable handOver) {
        if (!running.isRunning()) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        if (raft.view().committed() > applied.applied() + MAX_APPLY_LAG) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
        if (size > maxRequestBytes) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_LARGE.exception());
        }
        CompletableFuture<Outcome> outcome = pending.register(id, deadline());
        handOver.run();
        if (!running.isRunning()) {
            // the loops may have ended between the first look and the registration
            pending.failAll(EtcdError.STOPPED.exception());
        }
        return outcome;
    }

    /** When a request that begins now has waited long enough, in the time of {@link Workers#nanoTime}. */
    public long deadline() {
        return workers.nanoTime() + timeout.toNanos();
    }

    /** Whether such a time is over. */
    boolean isOver(long deadlineNanos) {
        return workers.nanoTime() - deadlineNanos >= 0;
    }

    /** The response of an outcome. */
    public static <T extends Message> T answer(Outcome outcome, Class<T> type) {
        return type.cast(Objects.requireNonNull(outcome.response(), "a request has a response"));
    }

    /**
     * Tries until it works, as long as this member runs: what it proposes may be proposed twice. It pauses before it
     * tries again, since a member with a long log to catch up on refuses at once.
     */
    public <T> CompletableFuture<T> retried(Supplier<CompletableFuture<T>> attempt) {
        return attempt.get().exceptionallyCompose(e -> running.isRunning()
                ? pause().thenCompose(_ -> retried(attempt))
                : CompletableFuture.failedFuture(e));
    }

    private CompletableFuture<Void> pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        workers.after(RETRY_PAUSE, () -> over.complete(null));
        return over;
    }
}
