package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What went wrong in etcd with linearizable reads. Who makes the mistake again is in the mutants of {@code reads}. */
class ReadScenariosTest {
    private static CompletableFuture<RangeResponse> read(Machine machine) {
        return machine.server().range(Scene.range("k"), Caller.SELF);
    }

    /** Whoever reads after a write was acknowledged finds it, whichever member he asks. */
    @Test
    void aReadOfAnyMemberFindsWhatWasAcknowledgedBefore() {
        Scene scene = Scene.of(1, 3);
        for (int i = 0; i < 30; i++) {
            Machine writer = scene.machines().get(i % 3);
            scene.put(writer, "k", "v" + i);
            for (Machine reader : scene.machines()) {
                assertEquals("v" + i, Scene.value(scene.answer(read(reader))));
            }
        }
    }

    /**
     * A member that has the proof but not yet what it covers waits. Mutants: a read is answered before what it covers
     * is applied; a wait ends one entry early.
     */
    @Test
    void aReadWaitsForWhatItsProofCovers() {
        Scene scene = Scene.of(2, 3);
        Machine leader = scene.leader();
        Machine reader = scene.others(leader).getFirst();
        for (int i = 0; i < 30; i++) {
            // given a write of which the reader does not know yet that it is committed
            scene.put(leader, "k", "v" + i);
            CompletableFuture<RangeResponse> asked = read(reader);
            // when it hears of that and of the proof at the same moment
            scene.pass(Duration.ofNanos(60_000));
            reader.pause(Duration.ofMillis(5));
            assertEquals("v" + i, Scene.value(scene.answer(asked)));
        }
    }

    /**
     * etcd 20418: a read that was asked again, after a pause or a change of leader, bore the old number; a late answer
     * to the first question was taken for one to the second, and the read was stale. Mutant: all questions have the
     * same context.
     */
    @Test
    void aLateAnswerToAnOldQuestionProvesNothingForANewOne() {
        for (int seed = 1; seed <= 2; seed++) {
            Scene scene = Scene.of(20418 + seed, 3);
            Machine leader = scene.leader();
            Machine reader = scene.others(leader).getFirst();
            // given messages that take their time, and overtake each other
            scene.network().weather(
                    new Network.Weather(Duration.ofNanos(100_000), Duration.ofMillis(150), 0.02, 0.02));
            List<CompletableFuture<RangeResponse>> reads = new ArrayList<>();
            List<Long> least = new ArrayList<>();
            long acknowledged = scene.revision(leader);
            for (int i = 0; i < 40; i++) {
                CompletableFuture<PutResponse> write = scene.asksToPut(leader, Scene.putRequest("k", "v" + i).build());
                // when a member is asked again and again, while one write follows the other
                while (!write.isDone()) {
                    reads.add(read(reader));
                    least.add(acknowledged);
                    scene.pass(Duration.ofMillis(7));
                }
                if (!write.isCompletedExceptionally()) {
                    acknowledged = Math.max(acknowledged, write.join().getHeader().getRevision());
                }
            }
            // then no read is older than what was acknowledged before it was asked
            for (int i = 0; i < reads.size(); i++) {
                if (scene.refusalOf(reads.get(i)).isEmpty()) {
                    long found = reads.get(i).join().getHeader().getRevision();
                    long expected = least.get(i);
                    assertTrue(found >= expected, () -> "found revision " + found + " after " + expected);
                }
            }
        }
    }

    /**
     * etcd 20418 too: a leader that stood still, or was cut off, must not answer by what it knew before. Mutant: a
     * member answers from what it has.
     */
    @Test
    void aLeaderOfThePastAnswersNoRead() {
        for (int seed = 1; seed <= 3; seed++) {
            Scene scene = Scene.of(204180 + seed, 3);
            Machine old = scene.leader();
            scene.put(old, "k", "before");
            // given a leader that is cut off, and writes that another took
            scene.isolate(old);
            Machine next = scene.leaderAmong(scene.others(old));
            scene.write(next, "k", "after");
            CompletableFuture<RangeResponse> later = read(old);
            scene.pass(Duration.ofSeconds(1));
            assertFalse(later.isDone() && !later.isCompletedExceptionally(), "answered without a proof");
            // when it is back
            scene.network().heal();
            // then it answers by what holds now, or not at all
            if (scene.refusalOf(later).isEmpty()) {
                assertEquals("after", Scene.value(later.join()));
            }
            assertEquals("after", scene.get(old, "k"));
        }
    }

    /** The same for one that stands still: what it is asked meanwhile it does when it is awake. Mutant: as above. */
    @Test
    void aLeaderThatStoodStillAnswersNoReadByWhatItKnew() {
        for (int seed = 1; seed <= 3; seed++) {
            Scene scene = Scene.of(15247 + seed, 3);
            Machine old = scene.leader();
            scene.put(old, "k", "before");
            old.pause(Duration.ofSeconds(6));
            Machine next = scene.leaderAmong(scene.others(old));
            scene.write(next, "k", "after");
            CompletableFuture<RangeResponse> asked = read(old);
            if (scene.refusalOf(asked).isEmpty()) {
                assertEquals("after", Scene.value(asked.join()));
            }
        }
    }
}
