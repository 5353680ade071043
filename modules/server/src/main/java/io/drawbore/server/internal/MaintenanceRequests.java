package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.ReadTx;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.DowngradeInfo;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.HashResponse;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.server.EtcdVersion;
import java.util.concurrent.CompletableFuture;

/** The requests that speak of this member's own state. Any thread. */
public final class MaintenanceRequests {
    /** What etcd holds its store to, and says so, where nobody set a quota. */
    private static final long DEFAULT_QUOTA_BYTES = 2L << 30;

    private final Backend backend;
    private final Keyspace keyspace;
    private final RaftLoop raft;
    private final AppliedWait applied;
    private final Reads reads;
    private final Headers headers;

    /** Requests to one member. */
    public MaintenanceRequests(
            Backend backend, Keyspace keyspace, RaftLoop raft, AppliedWait applied, Reads reads, Headers headers) {
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
        StatusResponse.Builder status = StatusResponse.newBuilder()
                .setHeader(headers.of(keyspace.revision()))
                .setVersion(EtcdVersion.SERVER)
                .setStorageVersion(EtcdVersion.STORAGE)
                .setDbSize(size.fileBytes())
                .setDbSizeInUse(size.inUseBytes())
                .setDbSizeQuota(DEFAULT_QUOTA_BYTES)
                .setLeader(view.leader())
                .setRaftIndex(view.committed())
                .setRaftTerm(view.term())
                .setRaftAppliedIndex(applied.applied())
                .setDowngradeInfo(DowngradeInfo.getDefaultInstance());
        if (view.leader() == 0) {
            status.addErrors(EtcdError.NO_LEADER.text());
        }
        return status.build();
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
