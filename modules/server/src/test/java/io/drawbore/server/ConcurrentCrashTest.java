package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Backend;
import io.drawbore.api.Caller;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.Survival;
import io.drawbore.testkit.crash.MemoryFolder;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member loses its power while several clients write. What a step does differs from run to run, so it is judged by
 * what was acknowledged, and by what the store itself had said of the entries that are applied once more.
 */
class ConcurrentCrashTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 30;
    private static final Survival[] RULES = Survival.values();

    @TempDir(factory = MemoryFolder.class)
    private Path dataDir;

    @Test
    void nothingAcknowledgedToAnyClientIsLost() throws Exception {
        sweep(11, RULES[0], RULES[1], RULES[2]);
    }

    @Test
    @Tag("full")
    void norAtAnyStepUnderAnyRule() throws Exception {
        sweep(1, RULES);
    }

    private void sweep(int every, Survival... rules) throws Exception {
        long steps = life(Long.MAX_VALUE, dataDir).disk.steps();
        assertTrue(steps > REQUESTS, "the clients wrote in " + steps + " steps");
        try (ExecutorService processors =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Future<?>> sweeps = new ArrayList<>();
            for (long step = 1; step <= steps; step += every) {
                long at = step;
                sweeps.add(processors.submit(() -> sweepStep(at, rules)));
            }
            for (Future<?> sweep : sweeps) {
                sweep.get();
            }
        }
    }

    private Void sweepStep(long step, Survival... rules) throws Exception {
        Path folder = Files.createDirectory(dataDir.resolve("step " + step));
        Remains remains = life(step, folder);
        for (Survival rule : rules) {
            judge(remains, rule, step, "step " + step + ", " + rule, folder);
        }
        return null;
    }

    /** What a stopped member leaves, and the revisions that it acknowledged to each client. */
    private record Remains(FaultVfs disk, MemoryDisk store, List<List<Long>> acknowledged) {
        static Remains none(FaultVfs disk, MemoryDisk store) {
            return new Remains(disk, store, Collections.nCopies(CLIENTS, List.of()));
        }
    }

    private static ScriptedMember open(FaultVfs disk, MemoryDisk store, ScriptedMember.Life life, Path folder) {
        return new ScriptedMember(
                folder, new EtcdLogs(Runnable::run), new LogSweep.OneDisk(store), disk, life);
    }

    private static Remains life(long step, Path folder) throws InterruptedException, ExecutionException {
        FaultVfs disk = new FaultVfs();
        disk.stopAt(step);
        MemoryDisk store = new MemoryDisk();
        ScriptedMember opened;
        try {
            opened = open(disk, store, ScriptedMember.Life.FIRST, folder);
        } catch (DiskStoppedException e) {
            return Remains.none(disk, store);
        }
        List<List<Long>> acknowledged = play(opened);
        store.kill();
        try {
            opened.close();
        } catch (DiskStoppedException e) {
            // a disk may stop while the member closes, too
        }
        return new Remains(disk, store, acknowledged);
    }

    private static List<List<Long>> play(ScriptedMember member) throws InterruptedException, ExecutionException {
        member.server().start().exceptionally(e -> null).join();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = prefix(client);
                clients.add(threads.submit(() -> playOne(member, prefix)));
            }
            List<List<Long>> acknowledged = new ArrayList<>();
            for (Future<List<Long>> client : clients) {
                acknowledged.add(client.get());
            }
            return acknowledged;
        }
    }

    private static List<Long> playOne(ScriptedMember member, String prefix) {
        List<Long> acknowledged = new ArrayList<>();
        try {
            for (int n = 1; n <= REQUESTS; n++) {
                acknowledged.add(TestMember.await(CrashScript.together(member.server(), prefix, n)));
            }
        } catch (EtcdException e) {
            // the member stopped
        }
        return acknowledged;
    }

    private static String prefix(int client) {
        return "client" + client + "/";
    }

    private static void judge(Remains remains, Survival rule, long seed, String where, Path folder) {
        int lost = new SplittableRandom(seed).nextInt(remains.store.unsyncedCommits() + 1);
        MemoryDisk found = remains.store.afterLossOf(lost);
        try (ScriptedMember member = open(remains.disk.reboot(rule, seed), found, ScriptedMember.Life.SECOND, folder)) {
            member.start();
            assertEquals(
                    upTo(digests(remains.store), member.recoveredUpTo()),
                    upTo(member.digests(), lastIndex(digests(remains.store))),
                    where + ": digests");
            Set<Long> revisions = new HashSet<>();
            for (int client = 0; client < CLIENTS; client++) {
                judge(member, prefix(client), remains.acknowledged.get(client), where);
                revisions.addAll(remains.acknowledged.get(client));
            }
            assertEquals(
                    remains.acknowledged.stream().mapToInt(List::size).sum(), revisions.size(), where + ": revisions");
        } catch (CompletionException e) {
            throw new AssertionError(where, e);
        }
    }

    private static void judge(ScriptedMember member, String prefix, List<Long> acknowledged, String where) {
        for (int n = 1; n <= acknowledged.size(); n++) {
            long revision = acknowledged.get(n - 1);
            for (String key : List.of("a", "b")) {
                RangeResponse then = get(member, prefix + key, revision);
                assertEquals(1, then.getKvsCount(), where + ": " + prefix + key + " at " + revision);
                assertEquals(revision, then.getKvs(0).getModRevision(), where);
                assertEquals(Integer.toString(n), then.getKvs(0).getValue().toStringUtf8(), where);
            }
        }
        RangeResponse a = get(member, prefix + "a", 0);
        RangeResponse b = get(member, prefix + "b", 0);
        assertEquals(a.getKvsCount(), b.getKvsCount(), where);
        int newest = 0;
        if (a.getKvsCount() > 0) {
            newest = Integer.parseInt(a.getKvs(0).getValue().toStringUtf8());
            assertEquals(a.getKvs(0).getModRevision(), b.getKvs(0).getModRevision(), where);
            assertEquals(a.getKvs(0).getValue(), b.getKvs(0).getValue(), where);
        }
        assertTrue(
                newest == acknowledged.size() || newest == acknowledged.size() + 1,
                where + ": " + prefix + " has " + newest + " of " + acknowledged);
        long next = TestMember.await(CrashScript.together(member.server(), prefix, newest + 1));
        assertEquals(next, get(member, prefix + "b", 0).getKvs(0).getModRevision(), where);
    }

    private static RangeResponse get(ScriptedMember member, String key, long revision) {
        return TestMember.await(member.server().range(
                RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).setRevision(revision).build(),
                Caller.SELF));
    }

    /** What the store had said before it was stopped, of all it had committed by then. */
    private static List<EntryDigest> digests(MemoryDisk stopped) {
        try (Backend store = stopped.afterLossOf(0).open(1);
                ReadTx view = store.read()) {
            return view.digests(0);
        }
    }

    private static long lastIndex(List<EntryDigest> digests) {
        return digests.isEmpty() ? 0 : digests.getLast().index();
    }

    private static List<EntryDigest> upTo(List<EntryDigest> digests, long index) {
        return digests.stream().filter(digest -> digest.index() <= index).toList();
    }
}
