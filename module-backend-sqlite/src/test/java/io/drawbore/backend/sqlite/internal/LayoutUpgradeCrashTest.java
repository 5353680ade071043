package io.drawbore.backend.sqlite.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drawbore.testkit.crash.CrashSweep;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.MemoryFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store is stopped at every write and sync on its way from the first layout to this release's. */
class LayoutUpgradeCrashTest {
    @TempDir(factory = MemoryFolder.class)
    Path work;

    @Test
    void aStoreIsWhollyOfOneLayoutWhereverItsUpgradeIsStopped() throws Exception {
        Optional<String> missing = DiskRecorder.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        int[] inspected = {0};
        CrashSweep.Report report = new CrashSweep(UpgradedStore.record(work), 1, 1).run(work, (folder, cut) -> {
            if (!cut.marks().contains(UpgradedStore.OLD)) {
                return Optional.empty();
            }
            inspected[0]++;
            return UpgradedStore.inspect(folder, cut.marks());
        });
        assertEquals(List.of(), report.violations());
        assertTrue(inspected[0] > 20, "only " + inspected[0] + " disks were looked at");
    }
}
