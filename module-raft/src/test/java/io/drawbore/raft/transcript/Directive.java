package io.drawbore.raft.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One step of a transcript: a command line, perhaps lines of input, {@code ----}, and the output that is expected, up
 * to an empty line (or, where the output itself has empty lines, between two doubled {@code ----}).
 *
 * @param line where the command stands, counted from 1
 * @param command the line's first word
 * @param arguments its other words
 * @param input what stands between the command line and {@code ----}
 * @param expected the output
 */
record Directive(int line, String command, List<Argument> arguments, String input, String expected) {
    private static final String SEPARATOR = "----";

    /** A word of a command line: {@code key}, {@code key=value} or {@code key=(value,value)}. */
    record Argument(String key, List<String> values) {
        String text() {
            return values.isEmpty() ? key : key + "=(" + String.join(",", values) + ")";
        }
    }

    /** The directives of a file, in order. */
    static List<Directive> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Directive> directives = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            String text = lines.get(at).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                at++;
                continue;
            }
            int start = at++;
            StringBuilder input = new StringBuilder();
            while (!lines.get(at).equals(SEPARATOR)) {
                input.append(lines.get(at++)).append('\n');
            }
            at++;
            boolean doubled = at < lines.size() && lines.get(at).equals(SEPARATOR);
            if (doubled) {
                at++;
            }
            StringBuilder expected = new StringBuilder();
            while (at < lines.size() && !(doubled ? lines.get(at).equals(SEPARATOR) : lines.get(at).isEmpty())) {
                expected.append(lines.get(at++)).append('\n');
            }
            at += doubled ? 2 : 1;
            List<Argument> words = words(text);
            directives.add(new Directive(start + 1, words.getFirst().key(), words.subList(1, words.size()),
                    input.toString(), expected.toString()));
        }
        return directives;
    }

    /** A directive of which the output is not known yet. */
    static Directive of(String commandLine, String input) {
        List<Argument> words = words(commandLine);
        return new Directive(0, words.getFirst().key(), words.subList(1, words.size()), input, "");
    }

    private static List<Argument> words(String line) {
        List<Argument> words = new ArrayList<>();
        int depth = 0;
        StringBuilder word = new StringBuilder();
        for (char c : (line + " ").toCharArray()) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c != ' ') {
                word.append(c);
            } else if (depth == 0 && !word.isEmpty()) {
                words.add(word(word.toString()));
                word.setLength(0);
            }
        }
        return words;
    }

    private static Argument word(String word) {
        int equals = word.indexOf('=');
        if (equals < 0) {
            return new Argument(word, List.of());
        }
        String value = word.substring(equals + 1);
        if (value.startsWith("(")) {
            value = value.substring(1, value.length() - 1);
        }
        return new Argument(word.substring(0, equals), Arrays.asList(value.split(",")));
    }

    /** The command line. */
    String commandLine() {
        return Stream.concat(Stream.of(command), arguments.stream().map(Argument::text))
                .collect(Collectors.joining(" "));
    }

    /** The words that stand alone and are numbers. */
    List<Long> ids() {
        return arguments.stream().filter(argument -> argument.values().isEmpty())
                .map(argument -> Long.parseLong(argument.key())).toList();
    }

    /** The values of an argument, none if it is not there. */
    List<String> values(String key) {
        return arguments.stream().filter(argument -> argument.key().equals(key))
                .flatMap(argument -> argument.values().stream()).toList();
    }

    /** The value of an argument, or what it is by default. */
    String value(String key, String byDefault) {
        List<String> values = values(key);
        return values.isEmpty() ? byDefault : values.getFirst();
    }

    /** Whether an argument says {@code true}. */
    boolean flag(String key) {
        return value(key, "false").equals("true");
    }
}
