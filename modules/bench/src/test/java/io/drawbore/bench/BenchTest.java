package io.drawbore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole bench against the built distribution. How fast anything was is nobody's business here. */
@Tag("full")
class BenchTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void putsAreComparedWithARealEtcd() throws IOException {
        final Path root = Path.of(System.getProperty("drawbore.root"));
        Assumptions.assumeTrue(
                Files.isExecutable(root.resolve("distribution/target/drawbore/bin/drawbore")),
                "no distribution: build it with ./start");
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry).resolve("go"))),
                "Go is missing");
        final Options options = Options.parse(List.of("--quick", "--only=put"));
        final var progress = new ByteArrayOutputStream();

        final List<Sample> samples = new Rounds(
                        new Programs(root),
                        options,
                        folder.resolve("data"),
                        new PrintStream(progress, true, StandardCharsets.UTF_8))
                .run();

        final Comparison comparison = Comparison.of(samples, options.servers());
        assertEquals(List.of(), Table.refusals(comparison), progress.toString(StandardCharsets.UTF_8));
        assertEquals(
                List.of(
                        List.of("put, 1 client", "drawbore"),
                        List.of("put, 1 client", "etcd-3.7"),
                        List.of("put, 100 clients", "drawbore"),
                        List.of("put, 100 clients", "etcd-3.7"),
                        List.of("put, 1,000 clients", "drawbore"),
                        List.of("put, 1,000 clients", "etcd-3.7")),
                Table.ofRequests(comparison).rows().stream()
                        .map(row -> row.subList(0, 2))
                        .toList());
        for (final Sample sample : samples) {
            assertTrue(sample.figures().get(Figure.CPU) > 0, sample.toString());
            assertTrue(sample.figures().get(Figure.RATE) > 0, sample.toString());
        }
    }
}
