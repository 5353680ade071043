package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The flags that say how full the store may be and how its history is kept short. */
class UpkeepFlagsTest {
    @TempDir
    Path folder;

    private static ServerConfig.Upkeep run(final String... arguments) {
        return start(Map.of(), arguments).config().upkeep();
    }

    private static Invocation.Run start(final Map<String, String> environment, final String... arguments) {
        return assertInstanceOf(Invocation.Run.class, CommandLine.parse(List.of(arguments), environment));
    }

    private static List<String> mistakes(final String... arguments) {
        return assertInstanceOf(Invocation.Refused.class, CommandLine.parse(List.of(arguments), Map.of())).mistakes();
    }

    @Test
    void nothingToldIsAsInEtcd() {
        final ServerConfig.Upkeep upkeep = run();
        assertEquals(0, upkeep.quotaBytes());
        assertFalse(upkeep.clearsAlarm());
        assertEquals(1_000, upkeep.compactionRows());
        assertEquals(Duration.ofMillis(10), upkeep.compactionPause());
        assertEquals(0, upkeep.retention());
        assertEquals(0, upkeep.bootReclaimBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "periodic, 1, 3600000000000",
        "periodic, +2, 7200000000000",
        "periodic, 5m, 300000000000",
        "periodic, 1h30m, 5400000000000",
        "periodic, 0, 0",
        "revision, 1000, 1000",
        "revision, 5us, 5000"
    })
    void aRetentionIsHoursOrADurationOrRevisions(final String mode, final String told, final long retention) {
        final ServerConfig.Upkeep upkeep =
                run("--auto-compaction-mode=" + mode, "--auto-compaction-retention=" + told);
        assertEquals(retention, upkeep.retention());
        assertEquals(mode, upkeep.autoCompaction().name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource({
        "--auto-compaction-mode=, undefined auto-compaction-mode",
        "--auto-compaction-mode=often, unknown auto-compaction-mode \"often\"",
        "--auto-compaction-retention=soon, error parsing CompactionRetention: time: invalid duration \"soon\"",
        "--auto-compaction-retention=1.5, error parsing CompactionRetention: time: invalid duration \"1.5\"",
        "--auto-compaction-retention=-5m, --auto-compaction-retention must be >=0 (set to -5m)",
        "--alarm-clear=never, 'unknown --alarm-clear \"never\", supported values: manual, auto'"
    })
    void aWrongValueIsRefused(final String argument, final String mistake) {
        assertEquals(List.of(mistake), mistakes(argument));
    }

    @Test
    void theQuotaHasASignAndAWarning() {
        assertEquals(-1, run("--quota-backend-bytes=-1").quotaBytes());
        assertEquals(16 << 20, run("--quota-backend-bytes", "16777216").quotaBytes());
        final Invocation.Run large = start(Map.of(), "--name=x", "--data-dir=x", "--quota-backend-bytes=8589934593");
        assertEquals("quota exceeds the maximum value", large.notices().getFirst().message());
    }

    @Test
    void paceAndClearingAreTold() {
        final ServerConfig.Upkeep upkeep = run(
                "--compaction-batch-limit=50",
                "--compaction-sleep-interval=2ms",
                "--alarm-clear=auto",
                "--bootstrap-defrag-threshold-megabytes=3");
        assertEquals(50, upkeep.compactionRows());
        assertEquals(Duration.ofMillis(2), upkeep.compactionPause());
        assertTrue(upkeep.clearsAlarm());
        assertEquals(3 << 20, upkeep.bootReclaimBytes());
    }

    @Test
    void variablesAndTheFileSayTheSame() throws IOException {
        assertEquals(
                7,
                start(Map.of("ETCD_QUOTA_BACKEND_BYTES", "7")).config().upkeep().quotaBytes());
        final Path file = Files.writeString(folder.resolve("config.yaml"), """
                quota-backend-bytes: -1
                auto-compaction-mode: revision
                auto-compaction-retention: "100"
                compaction-sleep-interval: 5000000
                """);
        final ServerConfig.Upkeep upkeep = run("--config-file=" + file);
        assertEquals(-1, upkeep.quotaBytes());
        assertEquals(ServerConfig.AutoCompactionMode.REVISION, upkeep.autoCompaction());
        assertEquals(100, upkeep.retention());
        assertEquals(Duration.ofMillis(5), upkeep.compactionPause());
    }
}
