package io.drawbore.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A script of etcdctl commands: a line is a command's arguments; lines after it that begin with {@code |} are its
 * input; {@code @5} before it means that it doesn't end by itself and is ended after five lines of output.
 *
 * @param steps the commands in order
 */
record Script(List<Step> steps) {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern LIMIT = Pattern.compile("@([0-9]+) (.*)");

    /**
     * One command.
     *
     * @param line as it is written
     * @param arguments its arguments
     * @param lines after how many lines it is ended; 0 for one that ends by itself
     * @param input what it reads
     */
    record Step(String line, List<String> arguments, int lines, String input) {}

    static Script of(final String text) {
        final var steps = new ArrayList<Step>();
        for (final String line : text.lines().toList()) {
            if (line.startsWith("|")) {
                final Step step = steps.removeLast();
                final String input = line.length() > 1 ? line.substring(2) : "";
                steps.add(new Step(step.line(), step.arguments(), step.lines(), step.input() + input + "\n"));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                final Matcher limit = LIMIT.matcher(line);
                final boolean limited = limit.matches();
                steps.add(new Step(
                        line,
                        words(limited ? limit.group(2) : line),
                        limited ? Integer.parseInt(limit.group(1)) : 0,
                        ""));
            }
        }
        return new Script(List.copyOf(steps));
    }

    /**
     * Runs every command and answers what all printed, each under its own line.
     *
     * @param endpoint the server's, as it is given to etcdctl: with a scheme or without
     */
    String run(final Path etcdctl, final ServerProcess server, final String endpoint) {
        final var transcript = new StringBuilder();
        for (final Step step : steps) {
            final var command = new ArrayList<>(List.of(etcdctl.toString(), "--endpoints=" + endpoint));
            command.addAll(step.arguments());
            final Ran ran = step.lines() > 0 ? Ran.lines(command, step.lines()) : Ran.etcdctl(command, step.input());
            transcript.append("$ ").append(step.line()).append('\n');
            step.input().lines().forEach(line -> transcript.append(("| " + line).strip()).append('\n'));
            transcript.append(Transcript.normalise(withoutLogs(ran.output()), server)).append('\n');
            if (ran.exitCode() > 0) {
                transcript.append("(exit ").append(ran.exitCode()).append(")\n");
            }
        }
        return transcript.toString();
    }

    /** The client library's own warnings hold times and addresses, and say nothing that the error doesn't. */
    private static String withoutLogs(final String output) {
        return output.lines().filter(line -> !line.startsWith("{\"level\":")).collect(Collectors.joining("\n"));
    }

    private static List<String> words(final String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
                .toList();
    }
}
