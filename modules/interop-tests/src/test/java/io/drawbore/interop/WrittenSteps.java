package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What a document tells its reader to do, done as it is written there: {@code sh} blocks in their order, in one bash
 * and one folder. A {@code text} block shows what the commands above it must print; any other block is a file, whose
 * name stands alone in the line above: {@code `name`:}.
 */
final class WrittenSteps {
    private static final Pattern FILE = Pattern.compile("`([^`]+)`:");

    private WrittenSteps() {}

    /**
     * Some commands.
     *
     * @param section under which heading
     * @param commands as they are written
     * @param output what they must print; null where that isn't said
     */
    record Block(String section, String commands, String output) {
        private Block shows(final String text) {
            return new Block(section, commands, text);
        }
    }

    /** All blocks of a document, in their order. */
    static List<Block> of(final Path document) {
        final var blocks = new ArrayList<Block>();
        String section = "";
        String kind = "";
        String above = "";
        final var text = new StringBuilder();
        try {
            for (final String line : Files.readAllLines(document)) {
                if (!kind.isEmpty() && line.equals("```")) {
                    switch (kind) {
                        case "sh" -> blocks.add(new Block(section, text.toString(), null));
                        case "text" -> blocks.add(blocks.removeLast().shows(text.toString()));
                        default -> blocks.add(new Block(section, writing(above, text.toString()), null));
                    }
                    kind = "";
                } else if (!kind.isEmpty()) {
                    text.append(line).append('\n');
                } else if (line.startsWith("```")) {
                    kind = line.substring(3);
                    text.setLength(0);
                } else if (line.startsWith("## ")) {
                    section = line.substring(3);
                } else if (!line.isBlank()) {
                    above = line;
                }
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return blocks;
    }

    private static String writing(final String above, final String content) {
        final Matcher file = FILE.matcher(above);
        assertTrue(file.matches(), () -> "a block of which nobody says what it is, below: " + above);
        return "cat >'" + file.group(1) + "' <<'END-OF-THE-FILE'\n" + content + "END-OF-THE-FILE\n";
    }

    /** Each block prints into a file of its own; where one fails the rest isn't run, and no process is left. */
    private static String script(final List<Block> blocks) {
        final var script = new StringBuilder("set -eu\n"
                + "trap 'for member in $(jobs -p); do kill -KILL \"$member\" || true; done' EXIT\n");
        for (int i = 0; i < blocks.size(); i++) {
            script.append("exec >\"$STEPS/output-%d.txt\" 2>\"$STEPS/errors-%d.txt\"\n".formatted(i, i))
                    .append(blocks.get(i).commands());
        }
        return script.append("touch \"$STEPS/done\"\n").toString();
    }

    /**
     * Does it, and wants it to succeed and to print what is written.
     *
     * @param folder where; it is empty
     * @param steps a folder for what is printed
     */
    static void follow(
            final List<Block> blocks,
            final Path folder,
            final Path steps,
            final Map<String, String> environment,
            final long minutes)
            throws IOException, InterruptedException {
        final Path script = Files.writeString(steps.resolve("script"), script(blocks));
        final ProcessBuilder bash = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(steps.resolve("bash.txt").toFile());
        bash.environment().putAll(environment);
        bash.environment().put("STEPS", steps.toString());
        final Process process = bash.start();
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
            final List<ProcessHandle> members = process.descendants().toList();
            process.destroyForcibly();
            members.forEach(ProcessHandle::destroyForcibly);
        }
        assertAll(IntStream.range(0, blocks.size()).mapToObj(i -> () -> judge(blocks.get(i), steps, i)));
        assertTrue(
                Files.exists(steps.resolve("done")),
                () -> "it failed: " + printed(steps, "errors-" + (blocks.size() - 1) + ".txt")
                        + printed(steps, "bash.txt"));
    }

    private static String printed(final Path steps, final String file) {
        final Path path = steps.resolve(file);
        try {
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void judge(final Block block, final Path steps, final int i) {
        final String which = "\n" + block.commands() + "errors: " + printed(steps, "errors-" + i + ".txt");
        assertTrue(Files.exists(steps.resolve("output-" + i + ".txt")), () -> "not run: " + which);
        if (block.output() != null) {
            assertEquals(block.output().strip(), printed(steps, "output-" + i + ".txt").strip(), which);
        }
    }
}
