package io.drawbore.server;

import io.drawbore.api.EntryDigest;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a script does where nothing stops it.
 *
 * @param script the script
 * @param setUpTo the last entry before those of the requests, of which each has one
 * @param revisions the revision after request n, at 0 that of a member nobody has asked yet
 * @param leases the leases and their keys after request n, as with revisions
 * @param hashes after request n, the hash at each revision that is not compacted
 * @param digests of every entry, in order
 * @param steps steps of the log's disk
 */
record UninterruptedRun(
        CrashScript script,
        long setUpTo,
        List<Long> revisions,
        List<SortedMap<Long, List<String>>> leases,
        List<Map<Long, Integer>> hashes,
        List<EntryDigest> digests,
        long steps) {
    /** How many requests are among the entries up to an index. */
    int requestsUpTo(long index) {
        return Math.toIntExact(Math.max(0, index - setUpTo));
    }

    /** Runs it in memory. */
    static UninterruptedRun of(CrashScript script, Path dataDir) {
        FaultVfs disk = new FaultVfs();
        List<Long> revisions = new ArrayList<>();
        List<SortedMap<Long, List<String>>> leases = new ArrayList<>();
        List<Map<Long, Integer>> hashes = new ArrayList<>();
        try (ScriptedMember member = new ScriptedMember(
                dataDir, new EtcdLogs(Runnable::run), new MemoryBackendProvider(), disk, ScriptedMember.Life.FIRST)) {
            member.start();
            long setUpTo = member.digests().getLast().index();
            revisions.add(member.revision());
            leases.add(member.leases());
            hashes.add(member.hashes());
            for (int n = 1; n <= script.requests(); n++) {
                revisions.add(member.play(script, n));
                leases.add(member.leases());
                hashes.add(member.hashes());
            }
            return new UninterruptedRun(script, setUpTo, revisions, leases, hashes, member.digests(), disk.steps());
        }
    }
}
