package io.drawbore.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a member is started with.
 *
 * @param name its name
 * @param dataDir its data dir; made where it is missing
 * @param logFolder where its log lies
 * @param advertisedClientUrls what it tells clients of itself
 * @param initialCluster peer URLs of the founders by name; used only where there is no log yet
 * @param foundingMistakes what speaks against founding a cluster with these options, a line each; asked only where
 *     there is no log yet
 * @param clusterToken salt of the ids; used only where there is no log yet
 * @param tick one tick of raft's clock
 * @param electionTicks ticks without a leader before an election, from 5
 * @param preVote whether a candidate asks before it raises the term
 * @param snapshotCount applied entries between two releases of the log, from 1
 * @param catchUpEntries applied entries kept in memory for slow followers
 * @param maxRequestBytes a request's size in the log at the most
 * @param segmentBytes a segment of the log is ended after the write that passes this size, from 1
 * @param spareSegments released log segments kept for use again
 * @param fsync false makes nothing durable
 * @param readThreads threads that answer reads, from 1
 * @param slowApply an apply batch that takes longer is reported
 * @param watchProgressInterval how long an idle watcher that wants to know its progress is left alone
 * @param upkeep how it looks after its store
 */
public record MemberOptions(
        String name,
        Path dataDir,
        Path logFolder,
        List<String> advertisedClientUrls,
        Map<String, List<String>> initialCluster,
        List<String> foundingMistakes,
        String clusterToken,
        Duration tick,
        int electionTicks,
        boolean preVote,
        long snapshotCount,
        long catchUpEntries,
        long maxRequestBytes,
        long segmentBytes,
        int spareSegments,
        boolean fsync,
        int readThreads,
        Duration slowApply,
        Duration watchProgressInterval,
        UpkeepOptions upkeep) {
    /** The size of a segment, as in etcd. */
    public static final long SEGMENT_BYTES = 64_000_000;

    /** How long a member waits for its leader. */
    public Duration electionTimeout() {
        return tick.multipliedBy(electionTicks);
    }

    /** No lease expires sooner, in seconds: one and a half election timeouts, as in etcd. */
    public long minLeaseSeconds() {
        Duration least = tick.multipliedBy(3L * electionTicks / 2);
        return least.getSeconds() + (least.getNano() > 0 ? 1 : 0);
    }

    /** How long a request may wait for the cluster: five seconds and two election timeouts, as in etcd. */
    public Duration requestTimeout() {
        return Duration.ofSeconds(5).plus(tick.multipliedBy(2L * electionTicks));
    }
}
