package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A seed says all that happens, in whatever process. */
class DeterminismTest {
    private static final int SEEDS = 5;

    @TempDir
    private Path folder;

    private static List<String> traces() {
        return LongStream.rangeClosed(1, SEEDS).mapToObj(DeterminismTest::trace).toList();
    }

    private static String trace(long seed) {
        Run run = Simulation.run(seed);
        return seed + " " + Long.toHexString(run.trace()) + " " + run.events() + " events";
    }

    /** The other process: writes its traces to a file. */
    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), traces());
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertEquals(traces(), traces());
    }

    @Test
    void anotherSeedGivesAnotherRun() {
        assertNotEquals(Simulation.run(1).trace(), Simulation.run(2).trace());
    }

    @Test
    void theSameSeedGivesTheSameRunInAnotherProcess() throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Path traces = folder.resolve("traces");
        Process other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                // identity hash codes of another kind: nothing may depend on them
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=3",
                "-cp",
                System.getProperty("java.class.path"),
                DeterminismTest.class.getName(),
                traces.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertEquals(0, other.waitFor(), () -> text(said));
        assertEquals(traces(), Files.readAllLines(traces));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
