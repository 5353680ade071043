package io.drawbore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ProcessCostTest {
    @Test
    void userAndSystemTimeAreCountedBehindTheProgramsName() {
        final String stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 9 0 1 2 3\n";
        assertEquals(2.0, ProcessCost.cpuSeconds(stat), 1e-9);
    }

    @Test
    void ourOwnProcessHasACost() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "no /proc: the bench needs Linux");
        final ProcessCost cost = new ProcessCost(List.of(ProcessHandle.current().pid()));
        assertTrue(cost.cpuSeconds() > 0);
        assertTrue(cost.peakMebibytes() > 0);
        cost.forgetPeak();
        assertTrue(cost.residentMebibytes() > 0);
    }
}
