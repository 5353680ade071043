package io.drawbore.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A script of etcdctl commands: a line is a command's arguments; lines after it that begin with {@code |} are its
 * input; {@code @5} before it means that it doesn't end by itself and is ended after five lines of output; {@code =id}
 * before it means that the first lease it prints is written {@code $id} from then on.
 *
 * @param steps the commands in order
 */
record Script(List<Step> steps) {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern LIMIT = Pattern.compile("@([0-9]+) (.*)");
    private static final Pattern NAMING = Pattern.compile("=([a-z]+) (.*)");
    private static final Pattern LEASE = Pattern.compile("lease ([0-9a-f]+)");

    /**
     * One command.
     *
     * @param line as it is written
     * @param arguments its arguments
     * @param lines after how many lines it is ended; 0 for one that ends by itself
     * @param lease what the lease it prints is called; empty where it names none
     * @param input what it reads
     */
    record Step(String line, List<String> arguments, int lines, String lease, String input) {
        Step reading(final String more) {
            return new Step(line, arguments, lines, lease, input + more + "\n");
        }
    }

    static Script of(final String text) {
        final var steps = new ArrayList<Step>();
        for (final String line : text.lines().toList()) {
            if (line.startsWith("|")) {
                steps.add(steps.removeLast().reading(line.length() > 1 ? line.substring(2) : ""));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                steps.add(step(line));
            }
        }
        return new Script(List.copyOf(steps));
    }

    private static Step step(final String line) {
        final Matcher limit = LIMIT.matcher(line);
        if (limit.matches()) {
            return new Step(line, words(limit.group(2)), Integer.parseInt(limit.group(1)), "", "");
        }
        final Matcher naming = NAMING.matcher(line);
        return naming.matches()
                ? new Step(line, words(naming.group(2)), 0, naming.group(1), "")
                : new Step(line, words(line), 0, "", "");
    }

    /**
     * Runs every command and answers what all printed, each under its own line.
     *
     * @param endpoint the server's, as it is given to etcdctl: with a scheme or without
     */
    String run(final Path etcdctl, final ServerProcess server, final String endpoint) {
        final var transcript = new StringBuilder();
        final var leases = new HashMap<String, String>();
        for (final Step step : steps) {
            final var command = new ArrayList<>(Ran.patient(etcdctl, endpoint));
            step.arguments().forEach(argument -> command.add(withLeases(argument, leases)));
            final Ran ran = step.lines() > 0 ? Ran.lines(command, step.lines()) : Ran.etcdctl(command, step.input());
            nameLease(step, ran, leases);
            transcript.append("$ ").append(step.line()).append('\n');
            step.input().lines().forEach(line -> transcript.append(("| " + line).strip()).append('\n'));
            transcript
                    .append(withoutLeases(Transcript.normalise(withoutLogs(ran.output()), server), leases))
                    .append('\n');
            if (ran.exitCode() > 0) {
                transcript.append("(exit ").append(ran.exitCode()).append(")\n");
            }
        }
        return transcript.toString();
    }

    private static void nameLease(final Step step, final Ran ran, final Map<String, String> leases) {
        final Matcher printed = LEASE.matcher(ran.output());
        if (!step.lease().isEmpty() && printed.find()) {
            leases.put("$" + step.lease(), printed.group(1));
        }
    }

    private static String withLeases(final String argument, final Map<String, String> leases) {
        String replaced = argument;
        for (final Map.Entry<String, String> lease : leases.entrySet()) {
            replaced = replaced.replace(lease.getKey(), lease.getValue());
        }
        return replaced;
    }

    /** Leases are printed in hexadecimal, in JSON and fields in decimal digits. */
    private static String withoutLeases(final String output, final Map<String, String> leases) {
        String replaced = output;
        for (final Map.Entry<String, String> lease : leases.entrySet()) {
            final String id = lease.getValue();
            replaced = replaced.replace(id, lease.getKey())
                    .replace(Long.toString(Long.parseUnsignedLong(id, 16)), lease.getKey());
        }
        return replaced;
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
