package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.etcdserverpb.PutResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What went wrong in etcd with watches. Every watcher here also looks whether events come in order and once, and after
 * no word that they had come. Who makes the mistake again is in the mutants of {@code watches}.
 */
class WatchScenariosTest {
    private static final Duration MOMENT = Duration.ofMillis(50);

    /** What a watcher of everything has seen, from the first revision written here on. */
    private static List<String> puts(long from, long to) {
        List<String> puts = new ArrayList<>();
        for (long revision = from; revision <= to; revision++) {
            puts.add("PUT k " + revision);
        }
        return puts;
    }

    /**
     * etcd 15220: word of progress took another way to the client than events did, and told of a revision whose event
     * came afterwards. Mutant: progress passes by the events that wait to be matched.
     */
    @Test
    void progressIsToldBehindTheEventsThatItSpeaksOf() {
        Scene scene = Scene.of(15220, 3);
        Machine machine = scene.leader();
        long before = scene.revision(machine);
        WatchedKeys watched = new WatchedKeys(machine, 0);
        scene.pass(MOMENT);
        List<CompletableFuture<PutResponse>> writes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            writes.add(scene.asksToPut(machine, Scene.putRequest("k", "v" + i).build()));
            // asked at every moment while they are on their way
            for (int j = 0; j < 40; j++) {
                watched.asksForProgress();
                scene.pass(Duration.ofNanos(5_000));
            }
        }
        writes.forEach(scene::answer);
        scene.pass(MOMENT);
        watched.asksForProgress();
        scene.pass(MOMENT);
        assertEquals(puts(before + 1, before + 60), watched.events());
        assertEquals(before + 60, watched.progress().getLast());
    }

    /**
     * etcd 17557: a watcher that was still reading history was told of progress as if it had read all. Mutant: progress
     * is told to watchers that are behind.
     */
    @Test
    void noProgressIsToldToAWatcherThatIsBehind() {
        Scene scene = Scene.of(17557, 3);
        Machine machine = scene.leader();
        long before = scene.revision(machine);
        for (int i = 0; i < 30; i++) {
            scene.put(machine, "k", "v" + i);
        }
        for (int moment = 0; moment < 20; moment++) {
            WatchedKeys watched = new WatchedKeys(machine, before + 1);
            for (int i = 0; i < 20; i++) {
                watched.asksForProgress();
                scene.pass(Duration.ofNanos(3_000L * (moment + 1)));
            }
            scene.pass(MOMENT);
            assertEquals(puts(before + 1, before + 30), watched.events());
        }
    }

    /**
     * etcd 9775 and 20221: a watcher that had asked for what comes from a future revision on was sent what came before
     * it. Mutant: a watcher takes events from before its cursor.
     */
    @Test
    void aWatcherOfTheFutureHearsNothingOfThePast() {
        Scene scene = Scene.of(9775, 3);
        Machine machine = scene.leader();
        long before = scene.revision(machine);
        WatchedKeys watched = new WatchedKeys(machine, before + 6);
        for (int i = 0; i < 10; i++) {
            scene.put(machine, "k", "v" + i);
            watched.asksForProgress();
        }
        scene.pass(MOMENT);
        assertEquals(puts(before + 6, before + 10), watched.events());
    }

    /**
     * etcd 15271 and 17247: what a client had seen came again. It resumes at every revision, at every moment. Mutants:
     * an event at the border between history and the present is lost, or comes twice.
     */
    @Test
    void nothingIsLostAndNothingComesTwiceWhereHistoryEnds() {
        Scene scene = Scene.of(15271, 3);
        Machine machine = scene.leader();
        long before = scene.revision(machine);
        List<CompletableFuture<PutResponse>> writes = new ArrayList<>();
        List<WatchedKeys> watchers = new ArrayList<>();
        List<Long> from = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            writes.add(scene.asksToPut(machine, Scene.putRequest("k", "v" + i).build()));
            scene.pass(Duration.ofNanos(17_000L * (i % 11)));
            watchers.add(new WatchedKeys(machine, before + i / 2 + 1));
            from.add(before + i / 2 + 1);
            if (i % 20 == 0) {
                // at the border itself
                long newest = scene.revision(machine);
                for (long at = Math.max(before + 1, newest - 1); at <= newest + 1; at++) {
                    watchers.add(new WatchedKeys(machine, at));
                    from.add(at);
                }
            }
        }
        writes.forEach(scene::answer);
        scene.pass(MOMENT);
        for (int i = 0; i < watchers.size(); i++) {
            assertEquals(puts(from.get(i), before + 200), watchers.get(i).events());
        }
    }

    /**
     * etcd 18089 and 19179: a compaction took the deletion that lies at its own revision, so that a watcher from there
     * never heard of it. Mutant: a compaction does not keep the newest where it is a deletion.
     */
    @Test
    void aDeletionAtTheCompactRevisionIsStillToldOf() {
        Scene scene = Scene.of(18089, 3);
        Machine leader = scene.leader();
        scene.put(leader, "k", "v");
        long deletion = scene.delete(leader, "k");
        scene.put(leader, "other", "v");
        scene.compact(leader, deletion);
        scene.pass(Duration.ofSeconds(2));
        for (Machine machine : scene.machines()) {
            WatchedKeys watched = new WatchedKeys(machine, deletion);
            scene.pass(MOMENT);
            assertEquals(List.of("DELETE k " + deletion, "PUT other " + (deletion + 1)), watched.events());
        }
    }

    /**
     * etcd 17529 and 17612: a compaction overtook a slow watcher, which went on behind it as if nothing were missing.
     * Mutant: a watcher that a compaction has overtaken is not told.
     */
    @Test
    void aWatcherThatACompactionOvertookIsToldSo() {
        Scene scene = Scene.of(17529, 3);
        Machine machine = scene.leader();
        String large = "v".repeat(100_000);
        // given a client that reads no more, and more than its stream holds
        WatchedKeys slow = new WatchedKeys(machine, 0);
        scene.pass(MOMENT);
        slow.stopsReading();
        long first = scene.revision(machine) + 1;
        long newest = 0;
        for (int i = 0; i < 60; i++) {
            newest = scene.put(machine, "k", large);
        }
        // when history is compacted past it
        scene.compact(machine, newest);
        scene.pass(Duration.ofSeconds(2));
        slow.readsOn();
        scene.pass(Duration.ofSeconds(1));
        // then it is cancelled, with what it had been sent before that whole
        assertTrue(slow.isCanceled(), "not told");
        assertEquals(newest, slow.compactRevision());
        assertEquals(puts(first, first + slow.events().size() - 1), slow.events());
        // and who asks from below is told at once
        WatchedKeys late = new WatchedKeys(machine, first);
        scene.pass(MOMENT);
        assertEquals(newest, late.compactRevision());
    }

    /** A slow client delays nobody and loses nothing while history is there. */
    @Test
    void aSlowClientMissesNothing() {
        Scene scene = Scene.of(17530, 3);
        Machine machine = scene.leader();
        String large = "v".repeat(100_000);
        WatchedKeys slow = new WatchedKeys(machine, 0);
        scene.pass(MOMENT);
        slow.stopsReading();
        long first = scene.revision(machine) + 1;
        long newest = 0;
        for (int i = 0; i < 60; i++) {
            newest = scene.put(machine, "k", large);
        }
        slow.readsOn();
        scene.pass(Duration.ofSeconds(1));
        assertEquals(puts(first, newest), slow.events());
    }

    /** A follower's watchers hear all, in order, whatever the network does and whoever leads. */
    @Test
    void aFollowersWatcherHearsAllThroughAChangeOfLeader() {
        Scene scene = Scene.of(20221, 3);
        Machine leader = scene.leader();
        Machine follower = scene.others(leader).getFirst();
        long before = scene.revision(follower);
        WatchedKeys watched = new WatchedKeys(follower, before + 1);
        for (int i = 0; i < 10; i++) {
            scene.put(leader, "k", "v" + i);
        }
        scene.isolate(leader);
        Machine next = scene.leaderAmong(scene.others(leader));
        for (int i = 0; i < 10; i++) {
            scene.write(next, "k", "w" + i);
        }
        scene.network().heal();
        scene.pass(Duration.ofSeconds(2));
        assertEquals(puts(before + 1, scene.revision(follower)), watched.events());
    }
}
