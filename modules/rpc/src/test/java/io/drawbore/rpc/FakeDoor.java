package io.drawbore.rpc;

import com.google.protobuf.ByteString;
import io.drawbore.api.AuthDoor;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseLeasesResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.Member;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.MemberListResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberPromoteResponse;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveResponse;
import io.drawbore.proto.etcdserverpb.MemberUpdateRequest;
import io.drawbore.proto.etcdserverpb.MemberUpdateResponse;
import io.drawbore.proto.etcdserverpb.MoveLeaderRequest;
import io.drawbore.proto.etcdserverpb.MoveLeaderResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A front door over a map in memory, which answers on a thread of its own as the real one does. Keys that begin with
 * {@code hang} are not answered until the test says so, {@code fail} brings an error with an awkward text, {@code now}
 * is answered on the caller's thread.
 */
final class FakeDoor implements FrontDoor, AutoCloseable {
    final List<Caller> callers = new CopyOnWriteArrayList<>();
    final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
    /** Renewals that the test answers, in the order of their requests, where it says so. */
    final List<CompletableFuture<LeaseKeepAliveResponse>> renewals = new CopyOnWriteArrayList<>();
    volatile boolean holdRenewals;
    final AtomicInteger chunksSent = new AtomicInteger();
    /** Whether a stream of chunks got to its end. */
    final CompletableFuture<Boolean> streamEnded = new CompletableFuture<>();
    private final List<Runnable> hanging = new CopyOnWriteArrayList<>();
    volatile boolean hasLeader = true;
    volatile boolean learner;
    volatile Set<AlarmType> alarms = Set.of();
    volatile EtcdException readFailure;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    // Owned by the thread.
    private final NavigableMap<ByteString, KeyValue> keys =
            new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    private long revision = 1;

    @Override
    public CompletableFuture<RangeResponse> range(RangeRequest request, Caller caller) {
        if (request.getKey().isEmpty()) {
            return CompletableFuture.failedFuture(EtcdError.EMPTY_KEY.exception());
        }
        return answer(request.getKey(), caller, () -> {
            if (readFailure != null) {
                throw readFailure;
            }
            NavigableMap<ByteString, KeyValue> found = request.getRangeEnd().isEmpty()
                    ? keys.subMap(request.getKey(), true, request.getKey(), true)
                    : keys.subMap(request.getKey(), true, request.getRangeEnd(), false);
            return RangeResponse.newBuilder().setHeader(header()).addAllKvs(found.values()).setCount(found.size())
                    .build();
        });
    }

    @Override
    public CompletableFuture<PutResponse> put(PutRequest request, Caller caller) {
        if (request.getKey().isEmpty()) {
            return CompletableFuture.failedFuture(EtcdError.EMPTY_KEY.exception());
        }
        return answer(request.getKey(), caller, () -> {
            revision++;
            KeyValue before = keys.put(request.getKey(), KeyValue.newBuilder().setKey(request.getKey())
                    .setValue(request.getValue()).setModRevision(revision).build());
            PutResponse.Builder response = PutResponse.newBuilder().setHeader(header());
            if (before != null && request.getPrevKv()) {
                response.setPrevKv(before);
            }
            return response.build();
        });
    }

    @Override
    public CompletableFuture<DeleteRangeResponse> deleteRange(DeleteRangeRequest request, Caller caller) {
        return answer(request.getKey(), caller, () -> DeleteRangeResponse.newBuilder().setHeader(header())
                .setDeleted(keys.remove(request.getKey()) == null ? 0 : 1).build());
    }

    @Override
    public CompletableFuture<TxnResponse> txn(TxnRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                TxnResponse.newBuilder().setHeader(header()).setSucceeded(true).build());
    }

    @Override
    public CompletableFuture<Void> rangeStream(
            RangeRequest request, ResponseSink<RangeStreamResponse> sink, Caller caller) {
        return range(request, caller).thenCompose(whole -> {
            CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
            for (KeyValue kv : whole.getKvsList()) {
                sent = sent.thenCompose(before -> {
                    chunksSent.incrementAndGet();
                    return sink.send(RangeStreamResponse.newBuilder()
                            .setRangeResponse(RangeResponse.newBuilder().addKvs(kv)).build());
                });
            }
            return sent.whenComplete((done, failure) -> streamEnded.complete(failure == null));
        });
    }

    @Override
    public CompletableFuture<CompactionResponse> compact(CompactionRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                CompactionResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<LeaseGrantResponse> leaseGrant(LeaseGrantRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> LeaseGrantResponse.newBuilder().setHeader(header())
                .setID(request.getID() == 0 ? 77 : request.getID()).setTTL(request.getTTL()).build());
    }

    @Override
    public CompletableFuture<LeaseRevokeResponse> leaseRevoke(LeaseRevokeRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                LeaseRevokeResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<LeaseKeepAliveResponse> leaseKeepAlive(LeaseKeepAliveRequest request, Caller caller) {
        if (holdRenewals) {
            CompletableFuture<LeaseKeepAliveResponse> renewal = new CompletableFuture<>();
            renewals.add(renewal);
            return renewal;
        }
        return answer(ByteString.EMPTY, caller, () -> LeaseKeepAliveResponse.newBuilder().setHeader(header())
                .setID(request.getID()).setTTL(request.getID() == 77 ? 60 : 0).build());
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> leaseTimeToLive(LeaseTimeToLiveRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> LeaseTimeToLiveResponse.newBuilder().setHeader(header())
                .setID(request.getID()).setTTL(-1).build());
    }

    @Override
    public CompletableFuture<LeaseLeasesResponse> leaseLeases(LeaseLeasesRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                LeaseLeasesResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<DefragmentResponse> defragment(Caller caller) {
        return answer(ByteString.EMPTY, caller, DefragmentResponse::getDefaultInstance);
    }

    @Override
    public CompletableFuture<Void> snapshot(ResponseSink<SnapshotResponse> sink, Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                SnapshotResponse.newBuilder().setBlob(ByteString.copyFromUtf8("db")).build())
                .thenCompose(sink::send)
                .thenCompose(sent -> sink.send(
                        SnapshotResponse.newBuilder().setBlob(ByteString.copyFromUtf8("digest")).build()));
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        callers.add(caller);
        FakeWatch watch = new FakeWatch(sink);
        watches.add(watch);
        return watch;
    }

    @Override
    public CompletableFuture<StatusResponse> status(Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                StatusResponse.newBuilder().setHeader(header()).setVersion("3.7.1")
                .setLeader(7).build());
    }

    @Override
    public CompletableFuture<HashResponse> hash(Caller caller) {
        return answer(ByteString.EMPTY, caller, () ->
                HashResponse.newBuilder().setHeader(header()).setHash(12).build());
    }

    @Override
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> {
            if (request.getRevision() > revision) {
                throw EtcdError.FUTURE_REV.exception();
            }
            return HashKVResponse.newBuilder().setHeader(header()).setHash(13).setHashRevision(revision).build();
        });
    }

    @Override
    public CompletableFuture<MemberListResponse> memberList(MemberListRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> MemberListResponse.newBuilder().setHeader(header())
                .addMembers(Member.newBuilder().setID(-1).setName("one")).build());
    }

    @Override
    public CompletableFuture<MemberAddResponse> memberAdd(MemberAddRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> MemberAddResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<MemberRemoveResponse> memberRemove(MemberRemoveRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> MemberRemoveResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<MemberUpdateResponse> memberUpdate(MemberUpdateRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> MemberUpdateResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<MemberPromoteResponse> memberPromote(MemberPromoteRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> MemberPromoteResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<MoveLeaderResponse> moveLeader(MoveLeaderRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, MoveLeaderResponse::getDefaultInstance);
    }

    @Override
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> DowngradeResponse.newBuilder().setHeader(header()).build());
    }

    @Override
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request, Caller caller) {
        return answer(ByteString.EMPTY, caller, () -> AlarmResponse.newBuilder().setHeader(header()).build());
    }

    /** Nothing here asks it. */
    @Override
    public AuthDoor auth() {
        return (AuthDoor) Proxy.newProxyInstance(
                AuthDoor.class.getClassLoader(), new Class<?>[] {AuthDoor.class}, (_, _, _) -> {
                    throw EtcdError.AUTH_NOT_ENABLED.exception();
                });
    }

    @Override
    public CompletableFuture<String> user(Caller caller) {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public boolean hasLeader() {
        return hasLeader;
    }

    @Override
    public Set<AlarmType> alarms() {
        return alarms;
    }

    @Override
    public boolean isLearner() {
        return learner;
    }

    @Override
    public Versions versions() {
        return new Versions("3.7.1", "3.7.0", "3.7.0");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private <T> CompletableFuture<T> answer(ByteString key, Caller caller, Supplier<T> work) {
        String name = key.toStringUtf8();
        if (name.startsWith("hang")) {
            CompletableFuture<T> never = new CompletableFuture<>();
            hanging.add(() -> never.complete(work.get()));
            callers.add(caller);
            return never;
        }
        callers.add(caller);
        if (name.startsWith("fail")) {
            return CompletableFuture.failedFuture(new EtcdException(StatusCode.DATA_LOSS, "100 % größer\n"));
        }
        if (name.startsWith("broken")) {
            throw new IllegalStateException("broken door");
        }
        CompletableFuture<T> answer = CompletableFuture.supplyAsync(work, thread);
        return name.startsWith("now") ? CompletableFuture.completedFuture(answer.join()) : answer;
    }

    /** Answers what hangs. */
    void releaseHanging() {
        hanging.forEach(thread::execute);
    }

    private ResponseHeader header() {
        return ResponseHeader.newBuilder().setClusterId(1).setMemberId(-2).setRevision(revision).setRaftTerm(3).build();
    }

    /** The server's end of a watch stream, played by the test. */
    static final class FakeWatch implements WatchStream {
        final WatchSink sink;
        final List<WatchRequest> requests = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> closed = new CompletableFuture<>();

        FakeWatch(WatchSink sink) {
            this.sink = sink;
        }

        @Override
        public void accept(WatchRequest request) {
            requests.add(request);
            if (request.hasCreateRequest()) {
                sink.send(WatchResponse.newBuilder().setCreated(true)
                        .setWatchId(requests.size() - 1L).build());
            }
        }

        @Override
        public void close() {
            closed.complete(null);
        }
    }
}
