package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.apply.Applier;
import io.drawbore.membership.Downgrade;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.AlarmMember;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmResponse;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.DefragmentResponse;
import io.drawbore.proto.etcdserverpb.DowngradeInfo;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.server.EtcdVersion;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The requests that speak of this member's own state. Any thread. */
public final class MaintenanceRequests {
    private final EtcdVersion version;
    private final Backend backend;
    private final Keyspace keyspace;
    private final RaftLoop raft;
    private final AppliedWait applied;
    private final Reads reads;
    private final Headers headers;
    private final Proposals proposals;
    private final Applier applier;
    private final StorageMigration migration;
    private final long quotaBytes;
    private final Supplier<CompletableFuture<Void>> reclaim;

    /**
     * Requests to one member.
     *
     * @param version which etcd it is compatible with
     * @param quotaBytes the store's quota, less than 0 for none
     * @param reclaim gives back what is free
     */
    public MaintenanceRequests(
            EtcdVersion version,
            Backend backend,
            Keyspace keyspace,
            RaftLoop raft,
            AppliedWait applied,
            Reads reads,
            Headers headers,
            Proposals proposals,
            Applier applier,
            StorageMigration migration,
            long quotaBytes,
            Supplier<CompletableFuture<Void>> reclaim) {
        this.version = version;
        this.proposals = proposals;
        this.applier = applier;
        this.migration = migration;
        this.quotaBytes = quotaBytes;
        this.reclaim = reclaim;
        this.backend = backend;
        this.keyspace = keyspace;
        this.raft = raft;
        this.applied = applied;
        this.reads = reads;
        this.headers = headers;
    }

    /** How this member is. */
    public CompletableFuture<StatusResponse> status() {
        return reads.local(this::currentStatus);
    }

    private StatusResponse currentStatus() {
        RaftView view = raft.view();
        Backend.Size size = backend.size();
        MinorVersion stored = migration.stored();
        Downgrade downgrade;
        try (ReadTx tx = backend.read()) {
            downgrade = Downgrade.of(tx);
        }
        StatusResponse.Builder status = StatusResponse.newBuilder()
                .setHeader(headers.of(keyspace.revision()))
                .setVersion(version.toString())
                .setStorageVersion(stored == null ? "" : stored.toString())
                .setDbSize(size.fileBytes())
                .setDbSizeInUse(size.inUseBytes())
                .setDbSizeQuota(quotaBytes)
                .setLeader(view.leader())
                .setRaftIndex(view.committed())
                .setRaftTerm(view.term())
                .setRaftAppliedIndex(applied.applied())
                .setIsLearner(view.learner())
                .setDowngradeInfo(DowngradeInfo.newBuilder()
                        .setEnabled(downgrade.enabled())
                        .setTargetVersion(downgrade.target()));
        if (view.leader() == 0) {
            status.addErrors(EtcdError.NO_LEADER.text());
        }
        applier.alarms().raised().forEach(alarm -> status.addErrors(text(alarm)));
        return status.build();
    }

    /** As Go prints the message: fields without a value are left out. */
    private static String text(AlarmMember alarm) {
        StringBuilder text = new StringBuilder();
        if (alarm.getMemberID() != 0) {
            text.append("memberID:").append(Long.toUnsignedString(alarm.getMemberID())).append(' ');
        }
        boolean known = alarm.getAlarm() != AlarmType.UNRECOGNIZED;
        return text.append("alarm:").append(known ? alarm.getAlarm() : alarm.getAlarmValue()).toString();
    }

    /** Raises, clears or lists alarms; through raft, all three, so that a list is no older than the request. */
    public CompletableFuture<AlarmResponse> alarm(AlarmRequest request) {
        return proposals
                .propose(InternalRaftRequest.newBuilder().setAlarm(request))
                .thenApply(outcome -> Proposals.answer(outcome, AlarmResponse.class).toBuilder()
                        .setHeader(headers.of(outcome.revision()))
                        .build());
    }

    /** Gives free space of this member back; the answer is empty, as etcd's. */
    public CompletableFuture<DefragmentResponse> defragment() {
        return reads.local(() -> null)
                .thenCompose(_ -> reclaim.get())
                .thenApply(_ -> DefragmentResponse.getDefaultInstance());
    }

    /** Hash over the whole store. */
    public CompletableFuture<HashResponse> hash() {
        return reads.local(() -> {
            try (ReadTx tx = backend.read()) {
                return HashResponse.newBuilder()
                        .setHeader(headers.of(keyspace.revision()))
                        .setHash(StoreHash.of(tx))
                        .build();
            }
        });
    }

    /** Hash over the key history. */
    public CompletableFuture<HashKVResponse> hashKv(HashKVRequest request) {
        return reads.local(() -> keyspace.hash(request.getRevision()).toBuilder()
                .setHeader(headers.of(keyspace.revision()))
                .build());
    }
}
