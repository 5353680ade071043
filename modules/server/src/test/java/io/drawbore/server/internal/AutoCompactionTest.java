package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.EtcdError;
import io.drawbore.server.UpkeepOptions;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules by which etcd compacts unasked, with time moved by hand. */
class AutoCompactionTest {
    private final Schedule time = new Schedule();
    private final List<Long> compactions = new ArrayList<>();
    private @Nullable EtcdError refusal;
    private boolean leads = true;
    private long revision = 1;

    private void periodic(Duration period) {
        auto(new UpkeepOptions.AutoCompaction.Periodic(period));
    }

    private void auto(UpkeepOptions.AutoCompaction option) {
        new AutoCompaction(option, () -> revision, () -> leads, this::compact, new SimulatedWorkers(time, () -> 0))
                .start();
    }

    private CompletableFuture<?> compact(long to) {
        compactions.add(to);
        return refusal == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(refusal.exception());
    }

    /** The revision grows by one a minute; the compactor looks every so many minutes. */
    private void pass(int minutes, int interval) {
        for (int i = 0; i < minutes; i += interval) {
            revision += interval;
            time.pass(Duration.ofMinutes(interval));
        }
    }

    @Test
    void anHourOfHistoryIsKeptAndTheFirstHourLeftAlone() {
        periodic(Duration.ofHours(1));
        pass(54, 6);
        assertEquals(List.of(), compactions);
        pass(6, 6);
        assertEquals(List.of(1L), compactions, "what it was an hour ago");
        pass(54, 6);
        assertEquals(List.of(1L), compactions);
        pass(6, 6);
        assertEquals(List.of(1L, 55L), compactions, "what it was an hour and a look ago, for etcd remembers eleven");
    }

    @Test
    void aDayOfHistoryIsCutEveryHour() {
        periodic(Duration.ofHours(24));
        pass(24 * 60, 6);
        assertEquals(List.of(1L), compactions);
        pass(120, 6);
        assertEquals(List.of(1L, 55L, 115L), compactions);
    }

    @Test
    void aShortPeriodIsCutOnceAPeriod() {
        periodic(Duration.ofMinutes(10));
        pass(30, 1);
        assertEquals(List.of(1L, 10L, 20L), compactions);
    }

    @Test
    void whatFailsIsTriedAgainAtTheNextLook() {
        periodic(Duration.ofMinutes(10));
        refusal = EtcdError.TIMEOUT;
        pass(11, 1);
        assertEquals(List.of(1L, 1L), compactions);
        refusal = null;
        pass(1, 1);
        assertEquals(List.of(1L, 1L, 2L), compactions);
        pass(9, 1);
        assertEquals(3, compactions.size());
        pass(1, 1);
        assertEquals(12L, compactions.getLast());
    }

    @Test
    void whatSomebodyElseHasCompactedIsDone() {
        periodic(Duration.ofMinutes(10));
        refusal = EtcdError.COMPACTED;
        pass(19, 1);
        assertEquals(List.of(1L), compactions);
    }

    @Test
    void aStoreThatDoesNotChangeIsNotCompactedAgain() {
        auto(new UpkeepOptions.AutoCompaction.Periodic(Duration.ofMinutes(10)));
        for (int i = 0; i < 40; i++) {
            time.pass(Duration.ofMinutes(1));
        }
        assertEquals(List.of(1L), compactions);
    }

    @Test
    void onlyALeaderCompactsButEveryMemberRemembers() {
        periodic(Duration.ofMinutes(10));
        leads = false;
        pass(25, 1);
        assertEquals(List.of(), compactions);
        leads = true;
        pass(1, 1);
        assertEquals(List.of(16L), compactions);
    }

    @Test
    void theNewestRevisionsAreKept() {
        auto(new UpkeepOptions.AutoCompaction.ByRevision(10));
        pass(5, 5);
        assertEquals(List.of(), compactions, "there are not so many yet");
        pass(10, 5);
        assertEquals(List.of(1L, 6L), compactions);
        leads = false;
        pass(10, 5);
        leads = true;
        time.pass(Duration.ofMinutes(5));
        assertEquals(List.of(1L, 6L, 16L), compactions);
        time.pass(Duration.ofMinutes(5));
        assertEquals(3, compactions.size());
    }
}
