package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what docs/PLUGINS.md says, from nothing to a running plug-in, as it is written there, in a clean folder. */
@Tag("full")
class PluginsDocTest {
    private static final Path DOCUMENT = Path.of("../../docs/PLUGINS.md");
    private static final long MINUTES = 8;

    @TempDir
    Path folder;

    private Map<String, String> environment() throws IOException {
        final Path tools = Files.createDirectory(folder.resolve("bin"));
        Files.copy(Programs.go("etcdctl-3.7"), tools.resolve("etcdctl"), StandardCopyOption.COPY_ATTRIBUTES);
        final List<Integer> ports = FreePorts.take(2);
        final var environment = new HashMap<>(Map.of(
                "DRAWBORE_HOME", ServerKind.DRAWBORE.program().getParent().getParent().toString(),
                "JAVA_HOME", System.getProperty("java.home"),
                "PATH", tools + ":" + System.getenv("PATH"),
                "CLIENT_PORT", ports.get(0).toString(),
                "PEER_PORT", ports.get(1).toString()));
        environment.putAll(Ran.PATIENT);
        Samples.localRepository()
                .ifPresent(repository -> environment.put("MAVEN_OPTS", "-Dmaven.repo.local=" + repository));
        return environment;
    }

    @Test
    void whatIsWrittenCanBeDone() throws IOException, InterruptedException {
        Samples.requireMaven();
        for (final String tool : List.of("bash", "curl")) {
            if (Ran.command(List.of("sh", "-c", "command -v " + tool), "", Ran.PATIENCE).exitCode() != 0) {
                abort(tool + " is missing");
            }
        }
        final List<WrittenSteps.Block> blocks = WrittenSteps.of(DOCUMENT);
        assertTrue(blocks.size() > 5, "the document has steps");
        WrittenSteps.follow(
                blocks,
                Files.createDirectory(folder.resolve("clean")),
                Files.createDirectory(folder.resolve("steps")),
                environment(),
                MINUTES);
    }
}
