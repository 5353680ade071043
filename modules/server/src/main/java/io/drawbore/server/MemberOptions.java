package io.drawbore.server;

import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageMigrator;
import io.drawbore.api.V2Translator;
import io.drawbore.apply.ApplyOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a member is started with. A {@link #builder} has etcd's defaults.
 *
 * @param name its name
 * @param dataDir its data dir; made where it is missing
 * @param logFolder where its log lies
 * @param version which etcd it takes the place of
 * @param advertisedClientUrls what it tells clients of itself
 * @param initialCluster peer URLs of the founders by name; used only where there is no log yet, or none with an entry.
 *     Empty for a member that was started before and did not found its cluster
 * @param foundingMistakes what speaks against founding a cluster with these options, a line each; asked only where
 *     there is no log yet
 * @param clusterToken salt of the ids; used only where there is no log yet
 * @param joins who this member is in a cluster that it was added to; used only where there is no log yet, in place of
 *     the three before. Null where it founds one
 * @param forceNewCluster whether the member goes on as a cluster of its own, without the others and without what was
 *     not committed; used only where there is a log
 * @param tick one tick of raft's clock
 * @param electionTicks ticks without a leader before an election, from 5
 * @param initialElectionTickAdvance whether a member that starts waits less for its first election: not at all where
 *     it is alone, two ticks and more where it is in touch with two others
 * @param preVote whether a candidate asks before it raises the term
 * @param snapshotCount applied entries between two releases of the log, from 1
 * @param catchUpEntries applied entries kept in memory for slow followers
 * @param catchUpBytes what the log in memory may take, from 0: fewer entries are kept where they are large
 * @param maxRequestBytes a request's size in the log at the most
 * @param maxTxnOps most operations of a transaction, nested ones counted as etcd counts them; from 1
 * @param segmentBytes a segment of the log is ended after the write that passes this size, from 1
 * @param spareSegments released log segments kept for use again
 * @param fsync false makes nothing durable
 * @param readThreads threads that answer reads, from 1
 * @param slowApply an apply batch that takes longer is reported
 * @param watchProgressInterval how long an idle watcher that wants to know its progress is left alone
 * @param maxLearners learners there may be, from 0; the same for all members of a cluster
 * @param strictReconfiguration whether changes of membership are refused by which the cluster might lose its majority
 * @param v2 what v2 requests of older logs and members mean: the same for all members of a cluster
 * @param migrator what it knows of storage versions
 * @param downgradeCheck how often a leader looks whether a downgrade is done; 0 for never
 * @param leases what it does for leases' time
 * @param learnerAutoPromote whether this member, leading, gives a vote to learners that have caught up
 * @param upkeep how it looks after its store
 * @param auth how it knows users
 */
public record MemberOptions(
        String name,
        Path dataDir,
        Path logFolder,
        EtcdVersion version,
        List<String> advertisedClientUrls,
        Map<String, List<String>> initialCluster,
        List<String> foundingMistakes,
        String clusterToken,
        @Nullable MemberIdentity joins,
        boolean forceNewCluster,
        Duration tick,
        int electionTicks,
        boolean initialElectionTickAdvance,
        boolean preVote,
        long snapshotCount,
        long catchUpEntries,
        long catchUpBytes,
        long maxRequestBytes,
        int maxTxnOps,
        long segmentBytes,
        int spareSegments,
        boolean fsync,
        int readThreads,
        Duration slowApply,
        Duration watchProgressInterval,
        int maxLearners,
        boolean strictReconfiguration,
        V2Translator v2,
        StorageMigrator migrator,
        Duration downgradeCheck,
        LeaseOptions leases,
        boolean learnerAutoPromote,
        UpkeepOptions upkeep,
        AuthOptions auth) {
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

    /** A builder with etcd's defaults, which founds no cluster yet. */
    public static Builder builder(String name, Path dataDir) {
        return new Builder(name, dataDir);
    }

    /** Collects options; every method returns the builder. */
    public static final class Builder {
        private final String name;
        private final Path dataDir;
        private Path logFolder;
        private EtcdVersion version = EtcdVersion.NEWEST;
        private List<String> advertisedClientUrls = List.of();
        private Map<String, List<String>> initialCluster = Map.of();
        private List<String> foundingMistakes = List.of();
        private String clusterToken = "etcd-cluster";
        private @Nullable MemberIdentity joins;
        private boolean forceNewCluster;
        private Duration tick = Duration.ofMillis(100);
        private int electionTicks = 10;
        private boolean initialElectionTickAdvance = true;
        private boolean preVote = true;
        private long snapshotCount = 10_000;
        private long catchUpEntries = 5_000;
        private long catchUpBytes = 64 << 20;
        private long maxRequestBytes = 3 << 19;
        private int maxTxnOps = 128;
        private long segmentBytes = SEGMENT_BYTES;
        private int spareSegments = 2;
        private boolean fsync = true;
        private int readThreads = 2;
        private Duration slowApply = Duration.ofMillis(100);
        private Duration watchProgressInterval = Duration.ofMinutes(10);
        private int maxLearners = ApplyOptions.MAX_LEARNERS;
        private boolean strictReconfiguration = true;
        private V2Translator v2 = V2Translator.REJECT;
        private StorageMigrator migrator = StorageMigrator.UP_ONLY;
        private Duration downgradeCheck = Duration.ofSeconds(5);
        private LeaseOptions leases = LeaseOptions.DEFAULT;
        private boolean learnerAutoPromote;
        private UpkeepOptions upkeep = UpkeepOptions.DEFAULT;
        private AuthOptions auth = AuthOptions.DEFAULT;

        private Builder(String name, Path dataDir) {
            this.name = name;
            this.dataDir = dataDir;
            logFolder = dataDir.resolve("member").resolve("wal");
        }

        /** See {@link MemberOptions#logFolder}. */
        public Builder logFolder(Path logFolder) {
            this.logFolder = logFolder;
            return this;
        }

        /** See {@link MemberOptions#version}. */
        public Builder version(EtcdVersion version) {
            this.version = version;
            return this;
        }

        /** See {@link MemberOptions#advertisedClientUrls}. */
        public Builder advertisedClientUrls(List<String> advertisedClientUrls) {
            this.advertisedClientUrls = advertisedClientUrls;
            return this;
        }

        /** See {@link MemberOptions#initialCluster}. */
        public Builder initialCluster(Map<String, List<String>> initialCluster) {
            this.initialCluster = initialCluster;
            return this;
        }

        /** See {@link MemberOptions#foundingMistakes}. */
        public Builder foundingMistakes(List<String> foundingMistakes) {
            this.foundingMistakes = foundingMistakes;
            return this;
        }

        /** See {@link MemberOptions#clusterToken}. */
        public Builder clusterToken(String clusterToken) {
            this.clusterToken = clusterToken;
            return this;
        }

        /** See {@link MemberOptions#joins}. */
        public Builder joins(MemberIdentity joins) {
            this.joins = joins;
            return this;
        }

        /** See {@link MemberOptions#forceNewCluster}. */
        public Builder forceNewCluster(boolean forceNewCluster) {
            this.forceNewCluster = forceNewCluster;
            return this;
        }

        /** See {@link MemberOptions#tick}. */
        public Builder tick(Duration tick) {
            this.tick = tick;
            return this;
        }

        /** See {@link MemberOptions#electionTicks}. */
        public Builder electionTicks(int electionTicks) {
            this.electionTicks = electionTicks;
            return this;
        }

        /** See {@link MemberOptions#initialElectionTickAdvance}. */
        public Builder initialElectionTickAdvance(boolean initialElectionTickAdvance) {
            this.initialElectionTickAdvance = initialElectionTickAdvance;
            return this;
        }

        /** See {@link MemberOptions#preVote}. */
        public Builder preVote(boolean preVote) {
            this.preVote = preVote;
            return this;
        }

        /** See {@link MemberOptions#snapshotCount}. */
        public Builder snapshotCount(long snapshotCount) {
            this.snapshotCount = snapshotCount;
            return this;
        }

        /** See {@link MemberOptions#catchUpEntries}. */
        public Builder catchUpEntries(long catchUpEntries) {
            this.catchUpEntries = catchUpEntries;
            return this;
        }

        /** See {@link MemberOptions#catchUpBytes}. */
        public Builder catchUpBytes(long catchUpBytes) {
            this.catchUpBytes = catchUpBytes;
            return this;
        }

        /** See {@link MemberOptions#maxRequestBytes}. */
        public Builder maxRequestBytes(long maxRequestBytes) {
            this.maxRequestBytes = maxRequestBytes;
            return this;
        }

        /** See {@link MemberOptions#maxTxnOps}. */
        public Builder maxTxnOps(int maxTxnOps) {
            this.maxTxnOps = maxTxnOps;
            return this;
        }

        /** See {@link MemberOptions#segmentBytes}. */
        public Builder segmentBytes(long segmentBytes) {
            this.segmentBytes = segmentBytes;
            return this;
        }

        /** See {@link MemberOptions#spareSegments}. */
        public Builder spareSegments(int spareSegments) {
            this.spareSegments = spareSegments;
            return this;
        }

        /** See {@link MemberOptions#fsync}. */
        public Builder fsync(boolean fsync) {
            this.fsync = fsync;
            return this;
        }

        /** See {@link MemberOptions#readThreads}. */
        public Builder readThreads(int readThreads) {
            this.readThreads = readThreads;
            return this;
        }

        /** See {@link MemberOptions#slowApply}. */
        public Builder slowApply(Duration slowApply) {
            this.slowApply = slowApply;
            return this;
        }

        /** See {@link MemberOptions#watchProgressInterval}. */
        public Builder watchProgressInterval(Duration watchProgressInterval) {
            this.watchProgressInterval = watchProgressInterval;
            return this;
        }

        /** See {@link MemberOptions#maxLearners}. */
        public Builder maxLearners(int maxLearners) {
            this.maxLearners = maxLearners;
            return this;
        }

        /** See {@link MemberOptions#strictReconfiguration}. */
        public Builder strictReconfiguration(boolean strictReconfiguration) {
            this.strictReconfiguration = strictReconfiguration;
            return this;
        }

        /** See {@link MemberOptions#v2}. */
        public Builder v2(V2Translator v2) {
            this.v2 = v2;
            return this;
        }

        /** See {@link MemberOptions#migrator}. */
        public Builder migrator(StorageMigrator migrator) {
            this.migrator = migrator;
            return this;
        }

        /** See {@link MemberOptions#downgradeCheck}. */
        public Builder downgradeCheck(Duration downgradeCheck) {
            this.downgradeCheck = downgradeCheck;
            return this;
        }

        /** See {@link MemberOptions#leases}. */
        public Builder leases(LeaseOptions leases) {
            this.leases = leases;
            return this;
        }

        /** See {@link MemberOptions#learnerAutoPromote}. */
        public Builder learnerAutoPromote(boolean learnerAutoPromote) {
            this.learnerAutoPromote = learnerAutoPromote;
            return this;
        }

        /** See {@link MemberOptions#upkeep}. */
        public Builder upkeep(UpkeepOptions upkeep) {
            this.upkeep = upkeep;
            return this;
        }

        /** See {@link MemberOptions#auth}. */
        public Builder auth(AuthOptions auth) {
            this.auth = auth;
            return this;
        }

        /** The options. */
        public MemberOptions build() {
            return new MemberOptions(
                    name,
                    dataDir,
                    logFolder,
                    version,
                    advertisedClientUrls,
                    initialCluster,
                    foundingMistakes,
                    clusterToken,
                    joins,
                    forceNewCluster,
                    tick,
                    electionTicks,
                    initialElectionTickAdvance,
                    preVote,
                    snapshotCount,
                    catchUpEntries,
                    catchUpBytes,
                    maxRequestBytes,
                    maxTxnOps,
                    segmentBytes,
                    spareSegments,
                    fsync,
                    readThreads,
                    slowApply,
                    watchProgressInterval,
                    maxLearners,
                    strictReconfiguration,
                    v2,
                    migrator,
                    downgradeCheck,
                    leases,
                    learnerAutoPromote,
                    upkeep,
                    auth);
        }
    }
}
