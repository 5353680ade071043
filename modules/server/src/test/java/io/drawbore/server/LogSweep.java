package io.drawbore.server;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.EtcdException;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.testkit.Survival;
import io.drawbore.wal.EtcdLogs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * Stops a whole member at the steps of its log's disk, one after the other, and judges what is found after the
 * restart. A store that the power left takes any number of its last commits with it, but none that was made durable.
 *
 * @param expected the script, and what it does uninterrupted
 * @param dataDir where the lock lies; log and store are in memory
 * @param seed decides what survives
 * @param log what the member's log is, beside etcd's format itself
 * @param store what its store is, beside the one in memory
 */
record LogSweep(
        UninterruptedRun expected,
        Path dataDir,
        long seed,
        UnaryOperator<LogStoreProvider> log,
        UnaryOperator<BackendProvider> store) {

    /** What a stopped member leaves. */
    private record Remains(FaultVfs disk, MemoryDisk store, List<Long> acknowledged) {}

    /** Stops a member at a step and judges it under some rules; answers what is wrong. */
    List<String> stopAt(long step, Survival... rules) {
        Remains remains = life(step);
        List<String> violations = new ArrayList<>();
        for (Survival rule : rules) {
            long cutSeed = seed * 1_000_003 + step;
            FaultVfs disk = remains.disk.reboot(rule, cutSeed);
            MemoryDisk found = remains.store.afterLossOf(lost(rule, remains.store.unsyncedCommits(), cutSeed));
            new RestartJudge(expected)
                    .judge(dataDir, logs(), stores(found), disk, remains.acknowledged, true)
                    .ifPresent(what -> violations.add(what + "; to see it again: -Ddrawbore.sweep.seed=" + seed
                            + " -Ddrawbore.sweep.step=" + step + " -Ddrawbore.sweep.rule=" + rule));
        }
        return violations;
    }

    private LogStoreProvider logs() {
        return log.apply(new EtcdLogs(Runnable::run));
    }

    private BackendProvider stores(MemoryDisk disk) {
        return store.apply(new OneDisk(disk));
    }

    private Remains life(long step) {
        FaultVfs disk = new FaultVfs();
        disk.stopAt(step);
        MemoryDisk stored = new MemoryDisk();
        List<Long> acknowledged = new ArrayList<>();
        ScriptedMember opened;
        try {
            opened = new ScriptedMember(dataDir, logs(), stores(stored), disk, ScriptedMember.Life.FIRST);
        } catch (DiskStoppedException e) {
            return new Remains(disk, stored, acknowledged);
        }
        try (ScriptedMember member = opened) {
            play(member, acknowledged);
            // before the close, which would make the last commits durable
            stored.kill();
        } catch (DiskStoppedException e) {
            // while it closed
        }
        return new Remains(disk, stored, acknowledged);
    }

    private void play(ScriptedMember member, List<Long> acknowledged) {
        try {
            member.start();
            for (int n = 1; n <= expected.script().requests(); n++) {
                acknowledged.add(member.play(expected.script(), n));
            }
        } catch (EtcdException e) {
            // nothing but the disk may have stopped it
            Throwable reason = TestMember.await(member.server().failed());
            if (!(reason instanceof DiskStoppedException)) {
                throw new IllegalStateException("the member stopped for another reason", reason);
            }
        }
    }

    private static int lost(Survival rule, int unsynced, long cutSeed) {
        return switch (rule) {
            case EVERYTHING -> 0;
            case SYNCED_ONLY -> unsynced;
            case ANY_SECTORS, TORN_LAST_WRITE, ZEROED_SECTORS ->
                new SplittableRandom(cutSeed).nextInt(unsynced + 1);
        };
    }

    /** Opens one store, wherever it is said to lie. */
    record OneDisk(MemoryDisk disk) implements BackendProvider {
        @Override
        public String name() {
            return new MemoryBackendProvider().name();
        }

        @Override
        public Backend open(Options options) {
            return disk.open(options.maxViews());
        }
    }
}
