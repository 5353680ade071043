package io.drawbore.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.testkit.Survival;
import io.drawbore.testkit.crash.IndexFirstProvider;
import io.drawbore.testkit.crash.LateSyncLogs;
import io.drawbore.testkit.crash.MemoryFolder;
import io.drawbore.testkit.crash.NeverSyncedProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole member loses its power at the steps of its log's disk. A violation names the seed, the step and the rule of
 * what survived; with these as system properties the first test looks at nothing else.
 */
class MemberCrashTest {
    private static final long SEED = Long.getLong("drawbore.sweep.seed", 1);
    private static final Survival[] RULES = Survival.values();

    @TempDir(factory = MemoryFolder.class)
    private Path dataDir;

    private LogSweep sweep(int requests) {
        UninterruptedRun expected = UninterruptedRun.of(new CrashScript(SEED, requests), dataDir);
        return new LogSweep(expected, dataDir, SEED, UnaryOperator.identity(), UnaryOperator.identity());
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsHalfApplied() {
        LogSweep sweep = sweep(50);
        Long only = Long.getLong("drawbore.sweep.step");
        if (only != null) {
            Survival rule = Survival.valueOf(System.getProperty("drawbore.sweep.rule", "SYNCED_ONLY"));
            assertEquals(List.of(), sweep.stopAt(only, rule));
            return;
        }
        assertEquals(List.of(), oneRuleAStep(sweep, 1, 3));
    }

    @Test
    @Tag("full")
    void norAtAnyStepUnderAnyRule() {
        LogSweep sweep = sweep(50);
        List<String> violations = new ArrayList<>();
        for (long step = 1; step <= sweep.expected().steps() + 1; step++) {
            violations.addAll(sweep.stopAt(step, RULES));
        }
        assertEquals(List.of(), violations);
    }

    @Test
    @Tag("full")
    void aStoreThatCommitsTheIndexBeforeTheEntryIsCaught() {
        LogSweep sound = sweep(20);
        LogSweep mutant = new LogSweep(sound.expected(), dataDir, SEED, sound.log(), IndexFirstProvider::new);
        List<String> violations = oneRuleAStep(mutant, sound.expected().steps() / 2, 1);
        assertTrue(
                violations.stream().anyMatch(what -> what.contains("is at revision")), violations::toString);
    }

    @Test
    @Tag("full")
    void aLogThatSyncsAfterItSaysSoIsCaught() {
        LogSweep sound = sweep(30);
        LogSweep mutant = new LogSweep(sound.expected(), dataDir, SEED, LateSyncLogs::new, sound.store());
        List<String> violations = oneRuleAStep(mutant, sound.expected().steps() / 2, 1);
        assertTrue(
                violations.stream().anyMatch(what -> what.contains("lost what it had confirmed")),
                violations::toString);
        assertTrue(violations.stream().anyMatch(what -> what.contains("requests in its log")), violations::toString);
    }

    @Test
    @Tag("full")
    void aLogReleasedBeyondWhatTheStoreHoldsDurablyIsCaught() {
        LogSweep sound = sweep(30);
        LogSweep mutant = new LogSweep(sound.expected(), dataDir, SEED, sound.log(), NeverSyncedProvider::new);
        List<String> violations = oneRuleAStep(mutant, sound.expected().steps() / 2, 1);
        assertTrue(
                violations.stream().anyMatch(what -> what.contains("the entries between are nowhere")),
                violations::toString);
    }

    private static List<String> oneRuleAStep(LogSweep sweep, long from, int every) {
        List<String> violations = new ArrayList<>();
        for (long step = from + SEED % every; step <= sweep.expected().steps() + 1; step += every) {
            violations.addAll(sweep.stopAt(step, RULES[(int) (step / every % RULES.length)]));
        }
        return violations;
    }
}
