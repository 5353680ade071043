package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.EtcdError;
import io.drawbore.server.UpkeepOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules by which etcd compacts unasked, with time moved by hand. */
class AutoCompactionTest {
    private final HandClock clock = new HandClock();
    private final List<Long> compactions = new ArrayList<>();
    private @Nullable EtcdError refusal;
    private boolean leads = true;
    private long revision = 1;

    private AutoCompaction periodic(Duration period) {
        return auto(new UpkeepOptions.AutoCompaction.Periodic(period));
    }

    private AutoCompaction auto(UpkeepOptions.AutoCompaction option) {
        return new AutoCompaction(option, () -> revision, () -> leads, this::compact, clock);
    }

    private CompletableFuture<?> compact(long to) {
        compactions.add(to);
        return refusal == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(refusal.exception());
    }

    /** The revision grows by one a minute; the compactor looks every so many minutes. */
    private void pass(AutoCompaction auto, int minutes, int interval) {
        for (int i = 0; i < minutes; i += interval) {
            clock.advanceMillis(Duration.ofMinutes(interval).toMillis());
            revision += interval;
            auto.tick();
        }
    }

    @Test
    void anHourOfHistoryIsKeptAndTheFirstHourLeftAlone() {
        AutoCompaction auto = periodic(Duration.ofHours(1));
        pass(auto, 54, 6);
        assertEquals(List.of(), compactions);
        pass(auto, 6, 6);
        assertEquals(List.of(1L), compactions, "what it was an hour ago");
        pass(auto, 54, 6);
        assertEquals(List.of(1L), compactions);
        pass(auto, 6, 6);
        assertEquals(List.of(1L, 55L), compactions, "what it was an hour and a look ago, for etcd remembers eleven");
    }

    @Test
    void aDayOfHistoryIsCutEveryHour() {
        AutoCompaction auto = periodic(Duration.ofHours(24));
        pass(auto, 24 * 60, 6);
        assertEquals(List.of(1L), compactions);
        pass(auto, 120, 6);
        assertEquals(List.of(1L, 55L, 115L), compactions);
    }

    @Test
    void aShortPeriodIsCutOnceAPeriod() {
        AutoCompaction auto = periodic(Duration.ofMinutes(10));
        pass(auto, 30, 1);
        assertEquals(List.of(1L, 10L, 20L), compactions);
    }

    @Test
    void whatFailsIsTriedAgainAtTheNextLook() {
        AutoCompaction auto = periodic(Duration.ofMinutes(10));
        refusal = EtcdError.TIMEOUT;
        pass(auto, 11, 1);
        assertEquals(List.of(1L, 1L), compactions);
        refusal = null;
        pass(auto, 1, 1);
        assertEquals(List.of(1L, 1L, 2L), compactions);
        pass(auto, 9, 1);
        assertEquals(3, compactions.size());
        pass(auto, 1, 1);
        assertEquals(12L, compactions.getLast());
    }

    @Test
    void whatSomebodyElseHasCompactedIsDone() {
        AutoCompaction auto = periodic(Duration.ofMinutes(10));
        refusal = EtcdError.COMPACTED;
        pass(auto, 19, 1);
        assertEquals(List.of(1L), compactions);
    }

    @Test
    void aStoreThatDoesNotChangeIsNotCompactedAgain() {
        AutoCompaction auto = auto(new UpkeepOptions.AutoCompaction.Periodic(Duration.ofMinutes(10)));
        for (int i = 0; i < 40; i++) {
            clock.advanceMillis(60_000);
            auto.tick();
        }
        assertEquals(List.of(1L), compactions);
    }

    @Test
    void onlyALeaderCompactsButEveryMemberRemembers() {
        AutoCompaction auto = periodic(Duration.ofMinutes(10));
        leads = false;
        pass(auto, 25, 1);
        assertEquals(List.of(), compactions);
        leads = true;
        pass(auto, 1, 1);
        assertEquals(List.of(16L), compactions);
    }

    @Test
    void theNewestRevisionsAreKept() {
        AutoCompaction auto = auto(new UpkeepOptions.AutoCompaction.ByRevision(10));
        pass(auto, 5, 5);
        assertEquals(List.of(), compactions, "there are not so many yet");
        pass(auto, 10, 5);
        assertEquals(List.of(1L, 6L), compactions);
        leads = false;
        pass(auto, 10, 5);
        leads = true;
        auto.tick();
        assertEquals(List.of(1L, 6L, 16L), compactions);
        auto.tick();
        assertEquals(3, compactions.size());
    }
}
