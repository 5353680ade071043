package io.drawbore.server;

import com.google.protobuf.ByteString;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.Vfs;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A member that releases its log often and has small segments and slices, so that a short script sees all of that. */
final class ScriptedMember implements AutoCloseable {
    /** Which start of the member: requests of each have ids of their own, the same in every run. */
    enum Life {
        FIRST,
        SECOND;

        InstantSource clock() {
            return InstantSource.fixed(Instant.EPOCH.plus(Duration.ofDays(1 + ordinal())));
        }
    }

    private final WatchedParts parts;
    private final MemberServer server;

    /** Opens; throws what the member throws. */
    ScriptedMember(Path dataDir, LogStoreProvider logs, BackendProvider backends, Vfs vfs, Life life) {
        parts = new WatchedParts(logs, backends);
        server = new MemberServer(
                options(dataDir),
                parts.logs(),
                parts.backends(),
                new Metrics(),
                new Surroundings(vfs, life.clock(), new ThreadWorkers(), new SplittableRandom(), Peers.NONE, false));
    }

    private static MemberOptions options(Path dataDir) {
        return TestMember.founding("one", dataDir)
                .tick(Duration.ofMillis(10))
                .snapshotCount(8)
                .catchUpEntries(10)
                .maxRequestBytes(1 << 20)
                .segmentBytes(2_048)
                .spareSegments(1)
                .upkeep(new UpkeepOptions(0, false, 3, Duration.ZERO, new UpkeepOptions.AutoCompaction.Off(), 0))
                .build();
    }

    /** Starts, and waits until it is ready. */
    void start() {
        TestMember.await(server.start());
    }

    MemberServer server() {
        return server;
    }

    long recoveredUpTo() {
        return parts.recoveredUpTo();
    }

    List<EntryDigest> digests() {
        return parts.digests();
    }

    /** Plays a request of the script; answers the revision of its acknowledgement. */
    long play(CrashScript script, int n) {
        return TestMember.await(script.send(server, n));
    }

    /** The store's revision, as a read sees it that is proved to be fresh. */
    long revision() {
        return TestMember.await(server.range(
                        TestMember.rangeRequest(CrashScript.TOGETHER + "a"), Caller.SELF))
                .getHeader()
                .getRevision();
    }

    /** The leases there are, each with the keys that hang on it. */
    SortedMap<Long, List<String>> leases() {
        SortedMap<Long, List<String>> leases = new TreeMap<>();
        TestMember.await(server.leaseLeases(LeaseLeasesRequest.getDefaultInstance(), Caller.SELF))
                .getLeasesList()
                .forEach(lease -> leases.put(lease.getID(), keysOf(lease.getID())));
        return leases;
    }

    private List<String> keysOf(long lease) {
        LeaseTimeToLiveRequest request =
                LeaseTimeToLiveRequest.newBuilder().setID(lease).setKeys(true).build();
        return TestMember.await(server.leaseTimeToLive(request, Caller.SELF)).getKeysList().stream()
                .map(ByteString::toStringUtf8)
                .toList();
    }

    /** The hashes over the history up to each revision that is not compacted. */
    Map<Long, Integer> hashes() {
        HashKVResponse newest = hash(0);
        Map<Long, Integer> hashes = new TreeMap<>();
        for (long at = Math.max(1, newest.getCompactRevision()); at <= newest.getHashRevision(); at++) {
            hashes.put(at, hash(at).getHash());
        }
        return hashes;
    }

    private HashKVResponse hash(long revision) {
        return TestMember.await(server.hashKv(
                HashKVRequest.newBuilder().setRevision(revision).build(), Caller.SELF));
    }

    @Override
    public void close() {
        server.close();
    }
}
