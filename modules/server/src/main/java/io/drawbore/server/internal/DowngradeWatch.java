package io.drawbore.server.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Workers;
import io.drawbore.membership.Downgrade;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a downgrade on the leader, once all members are of its target. Any thread. */
public final class DowngradeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DowngradeWatch.class);

    private final MemberVersions versions;
    private final Backend backend;
    private final RaftLoop raft;
    private final DowngradeRequests requests;
    private final Duration every;
    private final Running running;
    private final Workers workers;

    /**
     * Watches for one member.
     *
     * @param every how often is looked; 0 for never
     */
    public DowngradeWatch(
            MemberVersions versions,
            Backend backend,
            RaftLoop raft,
            DowngradeRequests requests,
            Duration every,
            Running running,
            Workers workers) {
        this.versions = versions;
        this.backend = backend;
        this.raft = raft;
        this.requests = requests;
        this.every = every;
        this.running = running;
        this.workers = workers;
    }

    /** Looks again and again, for as long as the member runs. */
    public void start() {
        if (!every.isPositive()) {
            return;
        }
        running.repeat(workers, every, this::look);
    }

    private CompletableFuture<Void> look() {
        Downgrade downgrade;
        try (ReadTx tx = backend.read()) {
            downgrade = Downgrade.of(tx);
        }
        // nobody but a member of the target can find that all are
        if (!raft.view().leads() || !downgrade.goesTo(versions.own())) {
            return CompletableFuture.completedFuture(null);
        }
        return versions.all().thenCompose(all -> {
            if (!isDone(downgrade, all)) {
                return CompletableFuture.completedFuture(null);
            }
            LOG.atInfo().addKeyValue("cluster-version", downgrade.target()).log("the cluster has been downgraded");
            return requests.cancel();
        });
    }

    /**
     * Whether all members are of a downgrade's target.
     *
     * @param all their versions, empty where one is unknown
     */
    static boolean isDone(Downgrade downgrade, List<MinorVersion> all) {
        return !all.isEmpty() && all.stream().allMatch(downgrade::goesTo);
    }
}
