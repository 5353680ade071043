package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What went wrong in etcd with what is applied, stored and released, each told again here. Who makes the mistake again
 * is in the mutants of {@code apply}, {@code keys} and {@code log}.
 */
class StorageScenariosTest {
    private static RequestOp putting(String key, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(Scene.putRequest(key, "v").setLease(lease))
                .build();
    }

    private static RequestOp reading(String key, long revision) {
        return RequestOp.newBuilder()
                .setRequestRange(Scene.range(key).toBuilder().setRevision(revision))
                .build();
    }

    /**
     * etcd 13766: the applied index was stored by itself, ahead of what the entry wrote. After a crash in between
     * members had different data under equal revisions, for good. Mutant: rows are committed apart from the index.
     */
    @Test
    void everyEntryIsAppliedOnceWhateverALossOfPowerTakes() {
        Scene scene = Scene.of(13766, 3);
        long before = scene.allAreEqual();
        // given writes, one entry at a time
        for (int round = 0; round < 12; round++) {
            Machine unlucky = scene.machines().get(round % 3);
            scene.put(unlucky, "k" + round, "v");
            scene.put(unlucky, "k" + round, "w");
            // when the power goes, and what was not synced with it
            unlucky.losePower(Survival.SYNCED_ONLY);
            unlucky.start();
            scene.write(unlucky, "k" + round, "x");
        }
        // then each was applied once, on every member; a write that was tried again may be there twice
        long after = scene.allAreEqual();
        long least = before + 3 * 12;
        assertTrue(after >= least && after <= least + 12, () -> "from " + before + " to " + after);
        for (int round = 0; round < 12; round++) {
            assertEquals("x", scene.get(scene.machines().getFirst(), "k" + round));
        }
    }

    /** The same where nobody else has the data: every revision is one write. */
    @Test
    void oneMemberAppliesEveryEntryOnce() {
        Scene scene = Scene.of(137660, 1);
        Machine only = scene.machines().getFirst();
        long revision = scene.revision(only);
        for (int round = 0; round < 12; round++) {
            assertEquals(++revision, scene.put(only, "k", "v" + round));
            only.losePower(Survival.SYNCED_ONLY);
            only.start();
            assertEquals("v" + round, scene.get(only, "k"));
        }
    }

    /**
     * etcd 14370 and 14140: with one member a write was acknowledged while its entry was still on the way to the disk;
     * the power went, and so did the write. Mutant: the log is not synced.
     */
    @Test
    void whatWasAcknowledgedIsThereAfterALossOfPower() {
        for (Survival survival : Survival.values()) {
            Scene scene = Scene.of(14370, 1);
            Machine only = scene.machines().getFirst();
            List<String> acknowledged = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                CompletableFuture<PutResponse> put = scene.asksToPut(only, Scene.putRequest("k" + i, "v").build());
                var _ = put.thenAccept(_ -> acknowledged.add("k" + number));
            }
            scene.put(only, "last", "v");
            only.losePower(survival);
            only.start();
            assertEquals("v", scene.get(only, "last"));
            for (String key : acknowledged) {
                assertEquals("v", scene.get(only, key));
            }
        }
    }

    /**
     * etcd 14382 and 14749: requests that write no key, such as asking for alarms, left the stored index behind, so
     * that a snapshot spoke of entries that the store had never heard of, and the member refused to start. Mutant: an
     * alarm's entry is not stored as applied.
     */
    @Test
    void askingForAlarmsLeavesNothingBehind() {
        Scene scene = Scene.of(14382, 3);
        for (Machine machine : scene.machines()) {
            for (int i = 0; i < 60; i++) {
                scene.answer(machine.server().alarm(AlarmRequest.getDefaultInstance(), Caller.SELF));
            }
            machine.kill();
            machine.start();
            scene.write(machine, "k", "v");
        }
        scene.allAreEqual();
    }

    /**
     * Of the family of etcd 14571: what a member kept in memory was built by its start only, so members that had been
     * started again decided otherwise than the others. Mutant: an alarm holds from the next start on.
     */
    @Test
    void anAlarmHoldsOnEveryMemberAtOnce() {
        Scene scene = Scene.of(14571, 3);
        Machine first = scene.machines().getFirst();
        scene.answer(first.server()
                .alarm(
                        AlarmRequest.newBuilder()
                                .setAction(AlarmRequest.AlarmAction.ACTIVATE)
                                .setAlarm(AlarmType.CORRUPT)
                                .setMemberID(scene.id(first))
                                .build(),
                        Caller.SELF));
        first.kill();
        first.start();
        for (Machine machine : scene.machines()) {
            scene.isRefused(EtcdError.CORRUPT.text(), scene.asksToPut(machine, Scene.putRequest("k", "v").build()));
        }
    }

    /**
     * etcd 18667: members that had not been asked judged a transaction by less of it than the one that had. Mutant: the
     * reads of a transaction are judged only where somebody waits for it.
     */
    @Test
    void aTransactionIsJudgedAlikeByThoseThatWereNotAsked() {
        Scene scene = Scene.of(18667, 3);
        for (Machine asked : scene.machines()) {
            long old = scene.put(asked, "a", "1");
            long now = scene.put(asked, "a", "2");
            scene.compact(asked, now);
            TxnRequest request = TxnRequest.newBuilder()
                    .addSuccess(putting("b", 0))
                    .addSuccess(reading("a", old))
                    .build();
            scene.isRefused(EtcdError.COMPACTED.text(), asked.server().txn(request, Caller.SELF));
            assertEquals(now, scene.allAreEqual());
            assertEquals("", scene.get(asked, "b"));
        }
    }

    /**
     * etcd 18799: a transaction that failed in the middle had written what stands before that. Mutant: a transaction is
     * judged after it has written.
     */
    @Test
    void aRefusedTransactionHasWrittenNothing() {
        Scene scene = Scene.of(18799, 3);
        Machine asked = scene.leader();
        TxnRequest request = TxnRequest.newBuilder()
                .addSuccess(putting("a", 0))
                .addSuccess(putting("b", 404))
                .build();
        long before = scene.revision(asked);
        scene.isRefused(EtcdError.LEASE_NOT_FOUND.text(), asked.server().txn(request, Caller.SELF));
        assertEquals("", scene.get(asked, "a"));
        assertEquals(before + 1, scene.put(asked, "c", "v"));
        assertEquals(before + 1, scene.allAreEqual());
    }

    /**
     * etcd 17780: the newest revision was a deletion; it was compacted, and a restart took the newest revision that was
     * left for the newest there had been. Here it is stored, and what lies at the compact revision stays. Mutant: of
     * etcd 18089, among the {@code watches}.
     */
    @Test
    void theRevisionDoesNotGoBackWhenTheNewestChangeIsCompacted() {
        Scene scene = Scene.of(17780, 3);
        Machine asked = scene.leader();
        scene.put(asked, "k", "v");
        long newest = scene.delete(asked, "k");
        scene.compact(asked, newest);
        scene.pass(Duration.ofSeconds(2));
        for (Machine machine : scene.machines()) {
            machine.kill();
            machine.start();
            assertEquals(newest, scene.revision(machine));
        }
        assertEquals(newest, scene.allAreEqual());
        assertEquals(newest + 1, scene.put(scene.leader(), "k", "again"));
    }

    /** What a compaction gave up stays given up, and what it leaves is whole. Mutants: of the list {@code keys}. */
    @Test
    void aCompactionOutlivesARestartAndLeavesTheNewest() {
        Scene scene = Scene.of(17781, 3);
        Machine asked = scene.leader();
        long old = scene.put(asked, "a", "1");
        scene.put(asked, "a", "2");
        scene.put(asked, "b", "1");
        scene.delete(asked, "b");
        long now = scene.put(asked, "c", "1");
        scene.compact(asked, now);
        scene.pass(Duration.ofSeconds(2));
        for (Machine machine : scene.machines()) {
            machine.kill();
            machine.start();
            assertEquals("2", scene.get(machine, "a"));
            assertEquals("", scene.get(machine, "b"));
            assertEquals("1", scene.get(machine, "c"));
            scene.isRefused(
                    EtcdError.COMPACTED.text(),
                    machine.server().range(Scene.range("a").toBuilder().setRevision(old).build(), Caller.SELF));
        }
        scene.allAreEqual();
    }

    /**
     * etcd 11888, and rule 7 of ours: the log is let go only as far as the store has proved to be durable, or else a
     * loss of power leaves a store that ends before its log begins. Mutants: of the list {@code log}.
     */
    @Test
    void theLogIsKeptUntilTheStoreIsDurable() {
        Scene scene = Scene.of(11888, 3);
        String large = "v".repeat(1_000);
        for (int round = 0; round < 4; round++) {
            Machine unlucky = scene.machines().get(round % 3);
            for (int i = 0; i < 70; i++) {
                scene.write(unlucky, "k" + i, large + round);
            }
            unlucky.losePower(Survival.SYNCED_ONLY);
            unlucky.start();
            assertEquals(large + round, scene.get(unlucky, "k69"));
        }
        scene.allAreEqual();
    }

    /** A put that leaves the value as it is leaves it so on those too that were not asked. */
    @Test
    void aPutThatKeepsTheValueKeepsItEverywhere() {
        Scene scene = Scene.of(4, 3);
        Machine asked = scene.leader();
        scene.put(asked, "k", "v");
        PutRequest keeping =
                PutRequest.newBuilder().setKey(Scene.bytes("k")).setIgnoreValue(true).build();
        scene.answer(scene.asksToPut(asked, keeping));
        assertEquals("v", scene.get(asked, "k"));
        scene.allAreEqual();
    }

    /**
     * Of the family of etcd 12535: damage went unnoticed. A log that has lost what it had confirmed is found out, not
     * trusted: either the member starts and has everything, or it refuses to.
     */
    @Test
    void aMemberWhoseLogIsDamagedHasEverythingOrRefusesToStart() {
        int refused = 0;
        // most of the file is the last entry, which nothing follows
        String last = "v".repeat(9_000);
        for (int bit = 1; bit <= 12; bit++) {
            Scene scene = Scene.of(12535, 1);
            Machine only = scene.machines().getFirst();
            scene.put(only, "first", "v");
            scene.put(only, "last", last);
            only.kill();
            only.flipBit(bit);
            if (only.start()) {
                assertEquals("v", scene.get(only, "first"));
                assertEquals(last, scene.get(only, "last"));
                scene.write(only, "next", "v");
            } else {
                refused++;
            }
        }
        assertTrue(refused > 0, "no damage was noticed");
    }

    /** etcd 14733: a defragmentation while entries were applied stored half of one. Mutant: as of 13766. */
    @Test
    void aDefragmentationBetweenWritesChangesNothing() {
        Scene scene = Scene.of(14733, 3);
        for (int round = 0; round < 9; round++) {
            Machine unlucky = scene.machines().get(round % 3);
            for (int i = 0; i < 5; i++) {
                scene.write(unlucky, "k" + i, "v" + round);
            }
            var _ = unlucky.server().defragment(Caller.SELF);
            CompletableFuture<PutResponse> underWay =
                    scene.asksToPut(unlucky, Scene.putRequest("k", "v" + round).build());
            scene.pass(Duration.ofNanos(100_000L * round));
            unlucky.losePower(Survival.ANY_SECTORS);
            unlucky.start();
            assertEquals("v" + round, scene.get(unlucky, "k4"));
            assertFalse(underWay.isCompletedExceptionally());
        }
        scene.allAreEqual();
    }
}
