package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.embed.EmbeddedCluster;
import io.drawbore.interop.process.Distribution;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded member in a JVM that knows modules, and in one that knows only a class path. */
@Tag("full")
class EmbedOnBothPathsTest {
    private static final String ALLOW = "--sun-misc-unsafe-memory-access=allow";

    @TempDir
    Path temporary;

    /** A member that nobody closed doesn't keep the JVM either. */
    @Test
    void onTheClassPathItIsAProgramLikeAnyOther() throws Exception {
        final String output = run(List.of(
                ALLOW,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                libraries() + File.pathSeparator + of(EmbeddedCluster.class) + File.pathSeparator + own(),
                EmbeddingProgram.class.getName(),
                "leave"));
        assertTrue(output.contains("embed is unnamed module "), output);
        assertTrue(output.contains("left at "), output);
    }

    @Test
    void onTheModulePathItsInnerRoomsStayClosed() throws Exception {
        final String output = run(List.of(
                ALLOW,
                "--enable-native-access=org.xerial.sqlitejdbc",
                "-p",
                distribution() + File.pathSeparator + of(EmbeddedCluster.class),
                "--add-modules=io.drawbore.embed",
                "-cp",
                own(),
                EmbeddingProgram.class.getName()));
        assertTrue(output.startsWith("embed is module io.drawbore.embed"), output);
    }

    private String run(final List<String> arguments) throws Exception {
        try (JavaProgram program = JavaProgram.start(temporary, arguments)) {
            final String output = program.awaitEnd();
            assertEquals(0, program.exitCode(), output);
            assertTrue(output.contains("revision 2\n"), output);
            assertTrue(output.contains("{\"health\":\"true\",\"reason\":\"\"}\n"), output);
            assertTrue(output.endsWith("closed"), output);
            assertTrue(!output.contains("WARNING:"), output);
            return output;
        }
    }

    /** Without those that write logs, which whoever embeds a member chooses. */
    private static String libraries() throws IOException {
        try (Stream<Path> jars = Files.list(distribution())) {
            return jars.map(Path::toString)
                    .filter(jar -> !jar.contains("logback"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static Path distribution() {
        return Distribution.home().resolve("lib");
    }

    private static String own() throws URISyntaxException {
        return of(EmbeddingProgram.class);
    }

    private static String of(final Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }
}
