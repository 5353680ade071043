package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StatusCode;
import io.drawbore.membership.Downgrade;
import io.drawbore.membership.Membership;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeResponse;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests to downgrade a cluster, by etcd's rules: one minor version at a time, and one downgrade at a time. A
 * leader then lowers the cluster's version, each member brings its store there, and the members are started anew with
 * the older release. Any thread.
 */
public final class DowngradeRequests {
    private static final Logger LOG = LoggerFactory.getLogger(DowngradeRequests.class);

    /** A version; the patch may be left out. */
    private static final Pattern VERSION =
            Pattern.compile("[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?)?");

    private final Backend backend;
    private final Keyspace keyspace;
    private final Proposals proposals;
    private final Reads reads;
    private final Headers headers;

    /** Requests to one member. */
    public DowngradeRequests(
            Backend backend, Keyspace keyspace, Proposals proposals, Reads reads, Headers headers) {
        this.backend = backend;
        this.keyspace = keyspace;
        this.proposals = proposals;
        this.reads = reads;
        this.headers = headers;
    }

    /** What of a downgrade the store holds. */
    private record Now(@Nullable String clusterVersion, Downgrade downgrade) {}

    private Now now() {
        try (ReadTx tx = backend.read()) {
            return new Now(Membership.clusterVersion(tx), Downgrade.of(tx));
        }
    }

    /** Says whether the cluster can be downgraded, begins it, or takes it back. */
    public CompletableFuture<DowngradeResponse> downgrade(DowngradeRequest request) {
        return switch (request.getAction()) {
            case VALIDATE -> validated(request.getVersion()).thenApply(_ -> response());
            case ENABLE ->
                validated(request.getVersion())
                        .thenCompose(target -> set(DowngradeInfoSetRequest.newBuilder()
                                .setEnabled(true)
                                .setVer(target.toString())))
                        .thenApply(_ -> response());
            case CANCEL ->
                reads.linearizable(() -> now().downgrade.enabled())
                        .thenCompose(enabled -> enabled ? cancel() : nothingToCancel())
                        .thenApply(_ -> response());
            case UNRECOGNIZED ->
                CompletableFuture.failedFuture(
                        new EtcdException(StatusCode.UNKNOWN, "etcdserver: unknown method"));
        };
    }

    /** Whether a downgrade is under way, by a linearizable read. */
    public CompletableFuture<Boolean> enabled() {
        return reads.linearizable(() -> now().downgrade.enabled());
    }

    private CompletableFuture<MinorVersion> validated(String version) {
        if (!VERSION.matcher(version).matches()) {
            return CompletableFuture.failedFuture(EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT.exception());
        }
        MinorVersion target = MinorVersion.of(version).or(() -> MinorVersion.of(version + ".0")).orElseThrow();
        return reads.linearizable(() -> {
            Now now = now();
            if (now.clusterVersion == null) {
                throw EtcdError.CLUSTER_VERSION_UNAVAILABLE.exception();
            }
            boolean allowed = MinorVersion.of(now.clusterVersion)
                    .filter(target::isJustBefore)
                    .isPresent();
            if (!allowed) {
                throw EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.exception();
            }
            if (now.downgrade.enabled()) {
                throw EtcdError.DOWNGRADE_IN_PROCESS.exception();
            }
            return target;
        });
    }

    /** Ends a downgrade, whether it is done or not. */
    CompletableFuture<Void> cancel() {
        return set(DowngradeInfoSetRequest.newBuilder());
    }

    /** As etcd: it says so in its log and not to the client. */
    private static CompletableFuture<Void> nothingToCancel() {
        LOG.atWarn().addKeyValue("error", EtcdError.NO_INFLIGHT_DOWNGRADE.text()).log("failed to cancel downgrade");
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> set(DowngradeInfoSetRequest.Builder request) {
        return proposals
                .propose(InternalRaftRequest.newBuilder().setDowngradeInfoSet(request))
                .thenAccept(_ -> {});
    }

    /** The version as etcd tells it here: without the patch. */
    private DowngradeResponse response() {
        String version = Optional.ofNullable(now().clusterVersion)
                .flatMap(MinorVersion::of)
                .map(minor -> minor.major() + "." + minor.minor())
                .orElse("");
        return DowngradeResponse.newBuilder()
                .setHeader(headers.of(keyspace.revision()))
                .setVersion(version)
                .build();
    }
}
