package io.drawbore.server.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ResponseSink;
import io.drawbore.apply.SpaceCost;
import io.drawbore.auth.Requester;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.mvcc.RangeChunks;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The requests that speak of keys. Any thread. */
public final class KeyRequests {
    private final Keyspace keyspace;
    private final Proposals proposals;
    private final Reads reads;
    private final Headers headers;
    private final SpaceAlarm space;
    private final Guard guard;
    private final PacedCompaction compaction;
    private final long chunkBytes;
    private final RequestChecks checks;

    /**
     * Requests to one member's keys.
     *
     * @param chunkBytes what a chunk of a streamed range is to have, about
     * @param maxTxnOps most operations of a transaction
     */
    public KeyRequests(
            Keyspace keyspace,
            Proposals proposals,
            Reads reads,
            Headers headers,
            SpaceAlarm space,
            Guard guard,
            PacedCompaction compaction,
            long chunkBytes,
            int maxTxnOps) {
        this.keyspace = keyspace;
        this.proposals = proposals;
        this.reads = reads;
        this.headers = headers;
        this.space = space;
        this.guard = guard;
        this.compaction = compaction;
        this.chunkBytes = chunkBytes;
        this.checks = new RequestChecks(maxTxnOps);
    }

    /** Asks who it is, and then whatever comes of that, unless the request isn't worth it. */
    private <Q, R> CompletableFuture<R> checked(
            Consumer<Q> check, Q request, Caller caller, Function<Requester, CompletableFuture<R>> work) {
        try {
            check.accept(request);
        } catch (EtcdException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
        return guard.admit(caller, work);
    }

    /** Gives a key a value. */
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        return checked(checks::check, request, caller, requester -> put(request, requester));
    }

    private CompletableFuture<PutResponse> put(PutRequest request, Requester requester) {
        return space.admit(
                        SpaceCost.of(request),
                        () -> proposals.propose(InternalRaftRequest.newBuilder().setPut(request), requester))
                .thenApply(outcome -> {
                    PutResponse.Builder response = Proposals.answer(outcome, PutResponse.class).toBuilder();
                    return response.setHeader(headers.full(response.getHeader())).build();
                });
    }

    /** Deletes a range. */
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return checked(checks::check, request, caller, requester -> deleteRange(request, requester));
    }

    private CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Requester requester) {
        return proposals
                .propose(InternalRaftRequest.newBuilder().setDeleteRange(request), requester)
                .thenApply(outcome -> {
                    DeleteRangeResponse.Builder response =
                            Proposals.answer(outcome, DeleteRangeResponse.class).toBuilder();
                    return response.setHeader(headers.full(response.getHeader())).build();
                });
    }

    /** Compares and then reads and writes; through raft only where it may write. */
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        return checked(checks::check, request, caller, requester -> txn(request, requester));
    }

    private CompletableFuture<TxnResponse> txn(TxnRequest request, Requester requester) {
        if (Keyspace.isReadOnly(request)) {
            return reads.read(
                    Keyspace.isSerializable(request),
                    () -> guard.reading(requester, access -> access.txn(request), () -> full(keyspace.txn(request))));
        }
        return space.admit(
                        SpaceCost.of(request),
                        () -> proposals.propose(InternalRaftRequest.newBuilder().setTxn(request), requester))
                .thenApply(outcome -> full(Proposals.answer(outcome, TxnResponse.class)));
    }

    private TxnResponse full(TxnResponse response) {
        return response.toBuilder().setHeader(headers.full(response.getHeader())).build();
    }

    /** Gives up the history below a revision; where the request asks for it, waits until this store has lost it. */
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request) {
        CompletableFuture<CompactionResponse> answer = proposals
                .propose(InternalRaftRequest.newBuilder().setCompaction(request))
                .thenApply(outcome -> {
                    CompactionResponse.Builder response =
                            Proposals.answer(outcome, CompactionResponse.class).toBuilder();
                    return response.setHeader(headers.full(response.getHeader())).build();
                });
        return request.getPhysical()
                ? answer.thenCompose(response -> compaction.until(request.getRevision())
                        .thenCompose(_ -> reads.local(() -> response)))
                : answer;
    }

    /** Reads keys. */
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        return checked(checks::check, request, caller, requester -> range(request, requester));
    }

    private CompletableFuture<RangeResponse> range(RangeRequest request, Requester requester) {
        return reads.read(request.getSerializable(), () -> guard.reading(
                requester, access -> access.read(request.getKey(), request.getRangeEnd()), () -> {
                    RangeResponse.Builder response = keyspace.range(request).toBuilder();
                    return response.setHeader(headers.full(response.getHeader())).build();
                }));
    }

    /** Reads keys in chunks, each read when the one before is on its way, as long as it is allowed. */
    public CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller) {
        return checked(checks::checkStream, request, caller, requester -> rangeStream(request, sink, requester));
    }

    private CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Requester requester) {
        RangeChunks chunks = keyspace.chunks(request, chunkBytes);
        Supplier<@Nullable RangeResponse> next = () -> guard.reading(
                requester, access -> access.read(request.getKey(), request.getRangeEnd()), chunks::next);
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> readable =
                request.getSerializable() ? CompletableFuture.completedFuture(null) : reads.proof();
        var _ = readable.whenComplete((_, failure) -> {
            if (failure == null) {
                sendNext(next, sink, done);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    private void sendNext(
            Supplier<@Nullable RangeResponse> next,
            ResponseSink<RangeStreamResponse> sink,
            CompletableFuture<Void> done) {
        CompletableFuture<Optional<RangeResponse>> read = reads.local(() -> Optional.ofNullable(next.get()));
        var _ = read.whenComplete((chunk, failure) -> {
            if (chunk == null) {
                done.completeExceptionally(failure);
            } else if (chunk.isEmpty()) {
                done.complete(null);
            } else {
                send(chunk.get(), sink, done, () -> sendNext(next, sink, done));
            }
        });
    }

    private void send(
            RangeResponse chunk,
            ResponseSink<RangeStreamResponse> sink,
            CompletableFuture<Void> done,
            Runnable then) {
        RangeResponse.Builder response = chunk.toBuilder();
        if (chunk.hasHeader()) {
            response.setHeader(headers.full(chunk.getHeader()));
        }
        var _ = Sinks.send(sink, RangeStreamResponse.newBuilder().setRangeResponse(response).build())
                .whenComplete((_, gone) -> {
                    if (gone == null) {
                        then.run();
                    } else {
                        done.completeExceptionally(gone);
                    }
                });
    }
}
