package io.drawbore.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a vendor's distribution starts with when the operator says nothing. */
class DistributionDefaultsTest {
    @TempDir
    Path folder;

    private Path defaults;

    @BeforeEach
    void theVendorWritesADefault() throws IOException {
        defaults = Files.writeString(folder.resolve("defaults.yaml"), "max-request-bytes: 1000\n");
    }

    @Test
    void aDefaultIsInForceWhereNothingIsSaid() {
        assertEquals(1000, run(List.of(), Map.of()).limits().maxRequestBytes());
    }

    @Test
    void flagsAndVariablesLieAboveIt() {
        assertEquals(2000, run(List.of("--max-request-bytes=2000"), Map.of()).limits().maxRequestBytes());
        assertEquals(
                3000, run(List.of(), Map.of("ETCD_MAX_REQUEST_BYTES", "3000")).limits().maxRequestBytes());
    }

    @Test
    void aConfigurationFileLiesAboveItAndLeavesTheRestInForce() throws IOException {
        Path told = Files.writeString(folder.resolve("told.yaml"), "max-txn-ops: 7\n");

        ServerConfig config = run(List.of("--config-file=" + told), Map.of());

        assertEquals(7, config.limits().maxTxnOps());
        assertEquals(1000, config.limits().maxRequestBytes());
    }

    @Test
    void aMistakeInItNamesTheFile() throws IOException {
        Files.writeString(defaults, "no-such-flag: 1\n");

        Invocation parsed = CommandLine.parse(List.of(), Map.of(), Optional.of(defaults));

        Invocation.Refused refused = assertInstanceOf(Invocation.Refused.class, parsed);

        assertTrue(refused.mistakes().getFirst().contains(defaults.toString()), refused.mistakes()::toString);
    }

    @Test
    void aDistributionNeedsNone() throws IOException {
        Files.delete(defaults);

        assertEquals(1572864, run(List.of(), Map.of()).limits().maxRequestBytes());
    }

    private ServerConfig run(final List<String> arguments, final Map<String, String> environment) {
        return assertInstanceOf(
                        Invocation.Run.class, CommandLine.parse(arguments, environment, Optional.of(defaults)))
                .config();
    }
}
