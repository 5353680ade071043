package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogOutputTest {
    private static final Logger LOG = LoggerFactory.getLogger(LogOutputTest.class);

    @TempDir
    Path folder;

    @AfterEach
    void back() {
        LogOutput.standardError(
                new ServerConfig.Logging(ServerConfig.LogLevel.INFO, ServerConfig.LogFormat.JSON, List.of("stderr")));
    }

    @Test
    void everyOutputGetsWhatIsSevereEnough() throws IOException {
        start(ServerConfig.LogLevel.WARN, "a.log", "b.log");
        LOG.info("quiet");
        LOG.warn("loud");
        for (final String file : List.of("a.log", "b.log")) {
            final List<String> lines = Files.readAllLines(folder.resolve(file));
            assertEquals(1, lines.size(), lines::toString);
            assertTrue(lines.getFirst().startsWith("{\"level\":\"warn\","), lines.getFirst());
            assertTrue(lines.getFirst().contains("\"caller\":\"launcher/LogOutputTest.java:"), lines.getFirst());
        }
    }

    @Test
    void theFatalLevelKeepsTheLastLineOnly() throws IOException {
        start(ServerConfig.LogLevel.FATAL, "a.log");
        LOG.error("bad");
        LOG.atError().addMarker(Fatal.MARKER).log("the end");
        assertEquals(1, Files.readAllLines(folder.resolve("a.log")).size());
    }

    @Test
    void librariesAreHeardFromAWarningOn() throws IOException {
        start(ServerConfig.LogLevel.DEBUG, "a.log");
        LoggerFactory.getLogger("org.eclipse.jetty.server.Server").info("started");
        LoggerFactory.getLogger("org.eclipse.jetty.server.Server").warn("trouble");
        java.util.logging.Logger.getLogger("com.google.inject").severe("trouble of Guice's");
        final List<String> lines = Files.readAllLines(folder.resolve("a.log"));
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.getLast().startsWith("{\"level\":\"error\","), lines.getLast());
    }

    @Test
    void aFileThatCannotBeOpenedIsSaid() {
        final var refused = assertThrows(
                IOException.class, () -> start(ServerConfig.LogLevel.INFO, "missing/a.log"));
        assertTrue(String.valueOf(refused.getMessage()).contains("missing"), refused::toString);
    }

    private void start(final ServerConfig.LogLevel level, final String... files) throws IOException {
        LogOutput.start(new ServerConfig.Logging(
                level,
                ServerConfig.LogFormat.JSON,
                List.of(files).stream().map(file -> folder.resolve(file).toString()).toList()));
    }
}
