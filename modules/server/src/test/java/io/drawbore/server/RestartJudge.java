package io.drawbore.server;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.Caller;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Vfs;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Judges what a stopped member left behind: a member started on it must hold all that was acknowledged and nothing
 * half, be equal to the uninterrupted run wherever that was, and come to the same end.
 *
 * @param expected the same script where nothing stopped it
 */
record RestartJudge(UninterruptedRun expected) {
    /**
     * Starts a member and looks.
     *
     * @param acknowledged revisions of the requests that were acknowledged, in order
     * @param toTheEnd whether the rest of the script is played too
     * @return what is wrong, if anything is
     */
    Optional<String> judge(
            Path dataDir,
            LogStoreProvider logs,
            BackendProvider backends,
            Vfs vfs,
            List<Long> acknowledged,
            boolean toTheEnd) {
        ScriptedMember opened;
        try {
            opened = new ScriptedMember(dataDir, logs, backends, vfs, ScriptedMember.Life.SECOND);
        } catch (RuntimeException e) {
            return Optional.of("does not open: " + e.getMessage());
        }
        try (ScriptedMember member = opened) {
            try {
                member.start();
                return look(member, acknowledged, toTheEnd);
            } catch (RuntimeException e) {
                Throwable reason = member.server().failed().getNow(e);
                return Optional.of("does not work: " + reason);
            }
        }
    }

    private Optional<String> look(ScriptedMember member, List<Long> acknowledged, boolean toTheEnd) {
        List<Long> revisions = expected.revisions();
        if (!acknowledged.equals(revisions.subList(1, acknowledged.size() + 1))) {
            return Optional.of("had acknowledged " + acknowledged + ", uninterrupted " + revisions);
        }
        int logged = expected.requestsUpTo(member.recoveredUpTo());
        if (logged < acknowledged.size() || logged > acknowledged.size() + 1) {
            return Optional.of("has " + logged + " requests in its log after " + acknowledged.size() + " answers");
        }
        // alone in its cluster, it commits and applies all that its log holds
        long revision = member.revision();
        if (revision != revisions.get(logged)) {
            return Optional.of("is at revision " + revision + ", not " + revisions.get(logged));
        }
        return halfApplied(member)
                .or(() -> otherHash(member, logged))
                .or(() -> otherDigest(member))
                .or(() -> otherLeases(member, logged))
                .or(() -> toTheEnd ? otherEnd(member, logged) : Optional.empty());
    }

    private static Optional<String> halfApplied(ScriptedMember member) {
        RangeResponse a = get(member, "a");
        RangeResponse b = get(member, "b");
        boolean equal = a.getKvsCount() == b.getKvsCount()
                && (a.getKvsCount() == 0
                        || (a.getKvs(0).getModRevision() == b.getKvs(0).getModRevision()
                                && a.getKvs(0).getValue().equals(b.getKvs(0).getValue())));
        return equal ? Optional.empty() : Optional.of("holds half a transaction: " + a + " and " + b);
    }

    private static RangeResponse get(ScriptedMember member, String key) {
        return TestMember.await(
                member.server().range(TestMember.rangeRequest(CrashScript.TOGETHER + key), Caller.SELF));
    }

    private Optional<String> otherHash(ScriptedMember member, int done) {
        Map<Long, Integer> hashes = member.hashes();
        Map<Long, Integer> same = expected.hashes().get(done);
        return hashes.equals(same)
                ? Optional.empty()
                : Optional.of("has another history: hashes " + hashes + ", not " + same);
    }

    /** Entries found in the log are those of the uninterrupted run; the ones behind them are the second start's. */
    private Optional<String> otherDigest(ScriptedMember member) {
        List<EntryDigest> found = member.digests().stream()
                .filter(digest -> digest.index() <= member.recoveredUpTo())
                .toList();
        List<EntryDigest> same = expected.digests().subList(0, Math.toIntExact(member.recoveredUpTo()));
        return found.equals(same) ? Optional.empty() : Optional.of("has digests " + found + ", not " + same);
    }

    private Optional<String> otherLeases(ScriptedMember member, int done) {
        SortedMap<Long, List<String>> found = member.leases();
        SortedMap<Long, List<String>> wanted = expected.leases().get(done);
        return found.equals(wanted) ? Optional.empty() : Optional.of("has leases " + found + ", not " + wanted);
    }

    private Optional<String> otherEnd(ScriptedMember member, int done) {
        List<Long> revisions = expected.revisions();
        for (int n = done + 1; n <= expected.script().requests(); n++) {
            long acknowledged = member.play(expected.script(), n);
            if (acknowledged != revisions.get(n)) {
                return Optional.of("acknowledged request " + n + " at " + acknowledged + ", not " + revisions.get(n));
            }
        }
        return otherHash(member, expected.script().requests());
    }
}
