package io.drawbore.junit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberProcessTest {
    /** Those of a vendor's distribution kept the extension from finding the port, or from resetting. */
    @Test
    void defaultsOfADistributionDoNotChangeWhatTheExtensionReads() {
        final List<String> command = command();
        assertTrue(
                command.containsAll(List.of(
                        "--log-level=info",
                        "--log-outputs=stderr",
                        "--enable-grpc-gateway=true",
                        "--listen-client-http-urls=")),
                command.toString());
    }

    @Test
    void theUsersLogLevelCounts() {
        final List<String> levels = command("--log-level=debug").stream()
                .filter(flag -> flag.contains("log-level"))
                .toList();
        assertEquals(List.of("--log-level=debug"), levels);
    }

    private static List<String> command(final String... flags) {
        final Settings settings = new Settings(
                Optional.empty(), Optional.empty(), List.of(flags), List.of(), Duration.ofSeconds(1));
        return MemberProcess.command(Path.of("drawbore"), settings, Path.of("m"));
    }
}
