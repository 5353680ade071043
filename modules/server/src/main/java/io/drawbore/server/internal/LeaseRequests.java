package io.drawbore.server.internal;

import io.drawbore.apply.SpaceCost;
import io.drawbore.auth.Access;
import io.drawbore.auth.Requester;
import io.drawbore.lease.LeaseInfo;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.server.Peers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests that speak of leases. Any thread. */
public final class LeaseRequests {
    /** What etcd answers for the time of a lease that isn't there. */
    private static final long NO_LEASE = -1;

    private final Leases leases;
    private final LeaseLoop loop;
    private final LeaderRequests leader;
    private final Peers peers;
    private final Keyspace keyspace;
    private final Proposals proposals;
    private final RequestIds ids;
    private final Reads reads;
    private final Headers headers;
    private final SpaceAlarm space;
    private final Guard guard;

    /** Requests to one member's leases. */
    public LeaseRequests(
            Leases leases,
            LeaseLoop loop,
            LeaderRequests leader,
            Peers peers,
            Keyspace keyspace,
            Proposals proposals,
            RequestIds ids,
            Reads reads,
            Headers headers,
            SpaceAlarm space,
            Guard guard) {
        this.leases = leases;
        this.loop = loop;
        this.leader = leader;
        this.peers = peers;
        this.keyspace = keyspace;
        this.proposals = proposals;
        this.ids = ids;
        this.reads = reads;
        this.headers = headers;
        this.space = space;
        this.guard = guard;
    }

    /** Grants a lease, under an id chosen here where the request has none. */
    public CompletableFuture<LeaseGrantResponse> grant(LeaseGrantRequest request) {
        LeaseGrantRequest named =
                request.getID() == 0 ? request.toBuilder().setID(newId()).build() : request;
        return space.admit(
                        SpaceCost.LEASE,
                        () -> proposals.propose(InternalRaftRequest.newBuilder().setLeaseGrant(named)))
                .thenApply(outcome -> {
                    LeaseGrantResponse.Builder response =
                            Proposals.answer(outcome, LeaseGrantResponse.class).toBuilder();
                    return response.setHeader(headers.full(response.getHeader()))
                            .setTTL(leases.ttlSeconds(response.getTTL()))
                            .build();
                });
    }

    /** Ids that members choose are positive, as in etcd. */
    private long newId() {
        long id = 0;
        while (id == 0) {
            id = ids.next() & Long.MAX_VALUE;
        }
        return id;
    }

    /** Ends a lease and deletes what hangs on it. */
    public CompletableFuture<LeaseRevokeResponse> revoke(LeaseRevokeRequest request, Requester requester) {
        return proposals
                .propose(InternalRaftRequest.newBuilder().setLeaseRevoke(request), requester)
                .thenApply(outcome -> {
                    LeaseRevokeResponse.Builder response =
                            Proposals.answer(outcome, LeaseRevokeResponse.class).toBuilder();
                    return response.setHeader(headers.full(response.getHeader())).build();
                });
    }

    /**
     * Lets a lease begin its time anew. The answer's revision is one of before the renewal, so that nobody sees a
     * renewal at a revision at which the lease had gone.
     */
    public CompletableFuture<LeaseKeepAliveResponse> keepAlive(LeaseKeepAliveRequest request) {
        ResponseHeader header = headers.of(keyspace.revision());
        long id = request.getID();
        return leader.ask(() -> renewHere(id), to -> peers.renewLease(to, id))
                .thenApply(seconds -> LeaseKeepAliveResponse.newBuilder()
                        .setHeader(header)
                        .setID(id)
                        .setTTL(seconds)
                        .build());
    }

    /** Renews a lease where this member leads: its time in seconds, 0 where there is none. */
    public CompletableFuture<Long> renewHere(long id) {
        return loop.renew(id);
    }

    /** What is left of a lease, and its keys for whoever may read them all. */
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(
            LeaseTimeToLiveRequest request, Requester requester) {
        if (!request.getKeys()) {
            return timeToLive(request);
        }
        return timeToLive(request).thenApply(response -> guard.reading(
                requester, access -> access.readAllOf(request.getID()), () -> response));
    }

    private CompletableFuture<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        return leader.ask(() -> timeToLiveHere(request), to -> peers.timeToLive(to, request))
                .thenApply(response -> response.toBuilder()
                        .setHeader(headers.of(keyspace.revision()))
                        .build());
    }

    /** What is left of a lease, where this member leads. */
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLiveHere(LeaseTimeToLiveRequest request) {
        return loop.find(request.getID(), request.getKeys()).thenApply(found -> timeToLive(request.getID(), found));
    }

    private LeaseTimeToLiveResponse timeToLive(long id, @Nullable LeaseInfo found) {
        LeaseTimeToLiveResponse.Builder response = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(headers.of(keyspace.revision()))
                .setID(id);
        if (found == null) {
            return response.setTTL(NO_LEASE).build();
        }
        return response.setTTL(TimeUnit.MILLISECONDS.toSeconds(found.remainingMillis()))
                .setGrantedTTL(found.grantedSeconds())
                .addAllKeys(found.keys())
                .build();
    }

    /** All leases, as this member knows them, for whoever may read all keys that hang on them. */
    public CompletableFuture<LeaseLeasesResponse> list(Requester requester) {
        return reads.local(() -> {
            Access access = guard.access(requester);
            LeaseLeasesResponse.Builder response =
                    LeaseLeasesResponse.newBuilder().setHeader(headers.of(keyspace.revision()));
            for (long id : leases.ids()) {
                access.readAllOf(id);
                response.addLeasesBuilder().setID(id);
            }
            return response.build();
        });
    }
}
