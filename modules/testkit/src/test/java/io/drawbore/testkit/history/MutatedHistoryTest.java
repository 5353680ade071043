package io.drawbore.testkit.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated histories are right, and no longer so when they are broken in any one of many ways. */
class MutatedHistoryTest {
    private static final int SEEDS = 16;
    private static final int STEPS = 700;

    private static List<Violation> judge(History history) {
        return new HistoryJudge(TimeUnit.SECONDS.toNanos(1), 200_000).judge(history);
    }

    @Test
    void generatedHistoriesAreRight() {
        for (long seed = 1; seed <= 3 * SEEDS; seed++) {
            assertEquals(
                    "", HistoryJudge.text(judge(new GeneratedHistory(seed, STEPS).history())), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenHistoryIsRejected(Mutation mutation) {
        int broken = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Optional<History> mutant = mutation.of(new GeneratedHistory(seed, STEPS), seed);
            if (mutant.isPresent()) {
                assertFalse(judge(mutant.get()).isEmpty(), mutation + " of seed " + seed);
                broken++;
            }
        }
        int wanted = SEEDS / 4;
        int found = broken;
        assertTrue(found >= wanted, () -> mutation + " found a place in " + found + " histories only");
    }

    @Test
    void aHistoryFromAFileIsJudgedTheSame(@TempDir Path folder) throws IOException {
        GeneratedHistory generated = new GeneratedHistory(1, STEPS);
        Path file = folder.resolve("history");
        HistoryFile.write(generated.history(), file);
        assertEquals(generated.history(), HistoryFile.read(file));
    }
}
