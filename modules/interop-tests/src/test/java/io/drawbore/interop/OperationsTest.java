package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does what docs/OPERATIONS.md says, as it is written there: a section's {@code sh} blocks in their order, in a clean
 * folder and one bash, after those of the section about the cluster of the examples. What a {@code text} block below
 * one shows is what it must print.
 */
@Tag("full")
class OperationsTest {
    private static final Path DOCUMENT = Path.of("../../docs/OPERATIONS.md");

    /** The section that the others begin with. */
    private static final String CLUSTER = "The cluster of the examples";

    private static final long MINUTES = 8;

    @TempDir
    Path folder;

    /**
     * Some commands.
     *
     * @param commands as they are written
     * @param output what they must print; null where that isn't said
     */
    private record Block(String commands, String output) {
        private Block shows(final String text) {
            return new Block(commands, text);
        }
    }

    /** The blocks of each section that has any. */
    private static Map<String, List<Block>> sections() {
        final var sections = new LinkedHashMap<String, List<Block>>();
        String section = "";
        String kind = "";
        final var text = new StringBuilder();
        try {
            for (final String line : Files.readAllLines(DOCUMENT)) {
                if (!kind.isEmpty() && line.equals("```")) {
                    final List<Block> blocks = sections.computeIfAbsent(section, _ -> new ArrayList<>());
                    if (kind.equals("sh")) {
                        blocks.add(new Block(text.toString(), null));
                    } else {
                        blocks.add(blocks.removeLast().shows(text.toString()));
                    }
                    kind = "";
                } else if (!kind.isEmpty()) {
                    text.append(line).append('\n');
                } else if (line.equals("```sh") || line.equals("```text")) {
                    kind = line.substring(3);
                    text.setLength(0);
                } else if (line.startsWith("## ")) {
                    section = line.substring(3);
                }
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return sections;
    }

    static Stream<String> procedures() {
        return sections().keySet().stream().filter(section -> !section.equals(CLUSTER));
    }

    @Test
    void upgradesDowngradesAndTheWaysBackAreDescribed() {
        final String all = procedures().collect(Collectors.joining("; "));
        assertAll(Stream.of("Upgrading", "Downgrading", "Taking back a downgrade", "Rolling back an upgrade")
                .map(title -> () -> assertTrue(all.contains(title), () -> title + " is not in " + all)));
    }

    /** Each block prints into a file of its own; where one fails the rest isn't run, and no member is left. */
    private static String script(final List<Block> blocks) {
        final var script = new StringBuilder("set -eu\n"
                + "trap 'for member in $(jobs -p); do kill -KILL \"$member\" || true; done' EXIT\n");
        for (int i = 0; i < blocks.size(); i++) {
            script.append("exec >output-%d.txt 2>errors-%d.txt\n".formatted(i, i)).append(blocks.get(i).commands());
        }
        return script.append("touch done\n").toString();
    }

    private static String ports(final List<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private boolean run(final String script) throws IOException, InterruptedException {
        final List<Integer> ports = FreePorts.take(6);
        final ProcessBuilder bash = new ProcessBuilder("bash", Files.writeString(folder.resolve("script"), script)
                        .toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("bash.txt").toFile());
        bash.environment().putAll(Map.of(
                "DRAWBORE", ServerKind.DRAWBORE.program().toString(),
                "ETCD_3_5", ServerKind.ETCD_3_5.program().toString(),
                "ETCD_3_6", ServerKind.ETCD_3_6.program().toString(),
                "ETCD_3_7", ServerKind.ETCD_3_7.program().toString(),
                "ETCDCTL", Programs.go("etcdctl-3.7").toString(),
                "CLIENT_PORTS", ports(ports.subList(0, 3)),
                "PEER_PORTS", ports(ports.subList(3, 6))));
        final Process process = bash.start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            final List<ProcessHandle> members = process.descendants().toList();
            process.destroyForcibly();
            members.forEach(ProcessHandle::destroyForcibly);
            return false;
        }
        return Files.exists(folder.resolve("done"));
    }

    private String printed(final String file) {
        final Path path = folder.resolve(file);
        try {
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void judge(final Block block, final int i) {
        final String which = "\n" + block.commands() + "errors: " + printed("errors-" + i + ".txt");
        assertTrue(Files.exists(folder.resolve("output-" + i + ".txt")), () -> "not run: " + which);
        if (block.output() != null) {
            assertEquals(block.output().strip(), printed("output-" + i + ".txt").strip(), which);
        }
    }

    @ParameterizedTest
    @MethodSource("procedures")
    void whatIsWrittenCanBeDone(final String section) throws IOException, InterruptedException {
        for (final String tool : List.of("bash", "curl", "awk")) {
            if (Ran.command(List.of("sh", "-c", "command -v " + tool), "", Ran.PATIENCE).exitCode() != 0) {
                abort(tool + " is missing");
            }
        }
        final var blocks = new ArrayList<>(sections().getOrDefault(CLUSTER, List.of()));
        blocks.addAll(sections().get(section));
        final boolean done = run(script(blocks));
        assertAll(IntStream.range(0, blocks.size()).mapToObj(i -> () -> judge(blocks.get(i), i)));
        assertTrue(done, () -> "it failed: " + printed("errors-" + (blocks.size() - 1) + ".txt") + printed("bash.txt"));
    }
}
