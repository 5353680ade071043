package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Workers;
import io.drawbore.apply.Outcome;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.membership.Membership;
import io.drawbore.membership.PeerUrls;
import io.drawbore.membership.StrictReconfiguration;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
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
import io.drawbore.proto.membershippb.Attributes;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.RaftStatus.MemberProgress;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.Peers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that speak of the cluster: who its members are, and who of them leads. Any thread. */
public final class MembershipRequests {
    private static final Logger LOG = LoggerFactory.getLogger(MembershipRequests.class);

    /** How long others must have been in touch to count, as in etcd. */
    private static final Duration HEALTHY = Duration.ofSeconds(5);

    /** How much of the leader's log a learner must have to be given a vote, as in etcd. */
    private static final double READY = 0.9;

    private final long self;
    private final MemberOptions options;
    private final Backend backend;
    private final RaftLoop raft;
    private final Proposals proposals;
    private final LeaderRequests leader;
    private final Reads reads;
    private final Headers headers;
    private final Peers peers;
    private final Workers workers;
    private final InstantSource clock;
    private final ServerMetrics metrics;

    /**
     * Requests to one member.
     *
     * @param self its id
     * @param clock keeps the ids of members apart that had the same URLs
     */
    public MembershipRequests(
            long self,
            MemberOptions options,
            Backend backend,
            RaftLoop raft,
            Proposals proposals,
            LeaderRequests leader,
            Reads reads,
            Headers headers,
            Peers peers,
            Workers workers,
            InstantSource clock,
            ServerMetrics metrics) {
        this.self = self;
        this.options = options;
        this.backend = backend;
        this.raft = raft;
        this.proposals = proposals;
        this.leader = leader;
        this.reads = reads;
        this.headers = headers;
        this.peers = peers;
        this.workers = workers;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Makes this member's name and client URLs known to the cluster; tries until it has. */
    public CompletableFuture<?> publishSelf() {
        ClusterMemberAttrSetRequest request = ClusterMemberAttrSetRequest.newBuilder()
                .setMemberID(self)
                .setMemberAttributes(Attributes.newBuilder()
                        .setName(options.name())
                        .addAllClientUrls(options.advertisedClientUrls()))
                .build();
        return proposals.retried(() ->
                proposals.propose(InternalRaftRequest.newBuilder().setClusterMemberAttrSet(request)));
    }

    /** All members; linearizable where the request says so. */
    public CompletableFuture<MemberListResponse> list(MemberListRequest request) {
        return reads.read(!request.getLinearizable(), () -> {
            MemberListResponse.Builder response = MemberListResponse.newBuilder().setHeader(headers.of(0));
            members().forEach(member -> response.addMembers(member.toMessage()));
            return response.build();
        });
    }

    /** Adds a member under an id that is made here. */
    public CompletableFuture<MemberAddResponse> add(MemberAddRequest request) {
        return refusedOr(() -> {
            List<String> urls = PeerUrls.checked(request.getPeerURLsList());
            long id = MemberIds.addedId(urls, clock.instant().getEpochSecond());
            Member added = new Member(id, urls, request.getIsLearner(), "", List.of());
            checkStrictly(strict -> strict.add(added));
            ConfChange.Builder change = change(
                    added.learner() ? ConfChangeType.ConfChangeAddLearnerNode : ConfChangeType.ConfChangeAddNode,
                    id,
                    added.learner() ? ChangeContext.learner(added, options.maxLearners()) : ChangeContext.of(added));
            return proposals.propose(change).thenApply(outcome -> MemberAddResponse.newBuilder()
                    .setHeader(headers.of(0))
                    .setMember(added.toMessage())
                    .addAllMembers(after(outcome).getMembersList())
                    .build());
        });
    }

    /** Removes a member. */
    public CompletableFuture<MemberRemoveResponse> remove(MemberRemoveRequest request) {
        return refusedOr(() -> {
            checkStrictly(strict -> strict.remove(request.getID()));
            ConfChange.Builder change = ConfChange.newBuilder()
                    .setType(ConfChangeType.ConfChangeRemoveNode)
                    .setNodeId(request.getID());
            return proposals.propose(change).thenApply(outcome -> MemberRemoveResponse.newBuilder()
                    .setHeader(headers.of(0))
                    .addAllMembers(after(outcome).getMembersList())
                    .build());
        });
    }

    /** Says where a member is reached. URLs that are none are refused; etcd takes them, and its members end by it. */
    public CompletableFuture<MemberUpdateResponse> update(MemberUpdateRequest request) {
        return refusedOr(() -> {
            List<String> urls = newUrls(request);
            Member updated = new Member(request.getID(), urls, false, "", List.of());
            ConfChange.Builder change =
                    change(ConfChangeType.ConfChangeUpdateNode, updated.id(), ChangeContext.of(updated));
            return proposals.propose(change).thenApply(outcome -> MemberUpdateResponse.newBuilder()
                    .setHeader(headers.of(0))
                    .addAllMembers(after(outcome).getMembersList())
                    .build());
        });
    }

    /** Who isn't there gets no new URLs, whatever they are. */
    private List<String> newUrls(MemberUpdateRequest request) {
        try {
            return PeerUrls.checked(request.getPeerURLsList());
        } catch (EtcdException bad) {
            boolean known = members().stream().anyMatch(member -> member.id() == request.getID());
            throw known ? bad : EtcdError.MEMBER_NOT_FOUND.exception();
        }
    }

    /** Gives a learner a vote; only the leader knows whether it is ready for it. */
    public CompletableFuture<MemberPromoteResponse> promote(MemberPromoteRequest request) {
        long id = request.getID();
        return leader.ask(
                        () -> promoteHere(id),
                        to -> peers.promote(to, id).thenApply(MembershipRequests::messages))
                .whenComplete((_, failure) -> count(failure))
                .thenApply(members -> MemberPromoteResponse.newBuilder()
                        .setHeader(headers.of(0))
                        .addAllMembers(members)
                        .build());
    }

    private void count(@Nullable Throwable failure) {
        if (failure == null) {
            metrics.promoted.increment();
        } else {
            Throwable cause = failure.getCause();
            Throwable reason = failure instanceof CompletionException && cause != null ? cause : failure;
            metrics.promotionsFailed.with(String.valueOf(reason.getMessage())).increment();
        }
    }

    private static List<io.drawbore.proto.etcdserverpb.Member> messages(List<Member> members) {
        return members.stream().map(Member::toMessage).toList();
    }

    /** Gives a learner a vote; fails where this member doesn't lead. */
    CompletableFuture<List<io.drawbore.proto.etcdserverpb.Member>> promoteHere(long id) {
        return raft.status()
                .thenCompose(status -> refusedOr(() -> {
                    checkReady(status, id);
                    checkStrictly(StrictReconfiguration::promote);
                    return proposals.propose(
                            change(ConfChangeType.ConfChangeAddNode, id, ChangeContext.promotion(id)));
                }))
                .thenApply(outcome -> after(outcome).getMembersList());
    }

    private static void checkReady(RaftStatus leading, long id) {
        long match = progress(leading, leading.id()).orElseThrow(EtcdError.NOT_LEADER::exception).match();
        MemberProgress learner = progress(leading, id).orElseThrow(EtcdError.MEMBER_NOT_FOUND::exception);
        if (!isReady(learner, match)) {
            LOG.atWarn()
                    .addKeyValue("member-id", MemberIds.hex(id))
                    .addKeyValue("match", learner.match())
                    .addKeyValue("leader-match", match)
                    .log("a learner is not given a vote, because it has not caught up with the leader");
            throw EtcdError.LEARNER_NOT_READY.exception();
        }
    }

    /** Whether a learner has enough of its leader's log to be given a vote. */
    static boolean isReady(MemberProgress learner, long leaderMatch) {
        return learner.match() >= READY * leaderMatch;
    }

    private static Optional<MemberProgress> progress(RaftStatus status, long id) {
        return status.progress().stream().filter(member -> member.id() == id).findFirst();
    }

    /** Hands over the leadership of this member. */
    public CompletableFuture<MoveLeaderResponse> moveLeader(MoveLeaderRequest request) {
        return refusedOr(() -> {
            if (!raft.view().leads()) {
                throw EtcdError.NOT_LEADER.exception();
            }
            long to = request.getTargetID();
            if (members().stream().noneMatch(member -> member.id() == to && !member.learner())) {
                throw EtcdError.BAD_LEADER_TRANSFEREE.exception();
            }
            return raft.transferLeadership(to, proposals.deadline())
                    .thenApply(_ -> MoveLeaderResponse.getDefaultInstance());
        });
    }

    private interface Check {
        void judge(StrictReconfiguration strict);
    }

    private void checkStrictly(Check check) {
        if (!options.strictReconfiguration()) {
            return;
        }
        long since = workers.nanoTime() - HEALTHY.toNanos();
        try {
            check.judge(new StrictReconfiguration(
                    members(),
                    self,
                    id -> peers.activeSince(id).isPresent(),
                    id -> {
                        OptionalLong active = peers.activeSince(id);
                        return active.isPresent() && active.getAsLong() - since < 0;
                    }));
        } catch (EtcdException refused) {
            LOG.atWarn()
                    .addKeyValue("reason", refused.text())
                    .log("a change of membership is refused: the cluster might lose its majority by it");
            throw refused;
        }
    }

    private static ConfChange.Builder change(ConfChangeType type, long id, ChangeContext context) {
        return ConfChange.newBuilder().setType(type).setNodeId(id).setContext(context.toJson());
    }

    private static MemberListResponse after(Outcome outcome) {
        return Proposals.answer(outcome, MemberListResponse.class);
    }

    private List<Member> members() {
        try (ReadTx tx = backend.read()) {
            return Membership.members(tx);
        }
    }

    private static <T> CompletableFuture<T> refusedOr(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (EtcdException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }
}
