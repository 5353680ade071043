package io.drawbore.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command line, read as etcdutl reads one: flags anywhere, as {@code --flag value} or {@code --flag=value}, {@code
 * -w} for the output; commands may be shortened as long as they are one command's.
 */
final class Arguments {
    private static final Pattern DURATION = Pattern.compile("0|([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+");

    private final List<String> words;
    private final Map<Flag, String> told;
    private final List<String> operands;

    private Arguments(List<String> words, Map<Flag, String> told, List<String> operands) {
        this.words = words;
        this.told = told;
        this.operands = operands;
    }

    /**
     * Reads one.
     *
     * @param program what was called, for messages
     * @throws ToolException where it is none
     */
    static Arguments parse(String program, List<String> line) {
        List<String> plain = new ArrayList<>();
        Map<Flag, String> told = new EnumMap<>(Flag.class);
        boolean onlyPlain = false;
        for (int i = 0; i < line.size(); i++) {
            String word = line.get(i);
            if (onlyPlain || !word.startsWith("-") || word.equals("-")) {
                plain.add(word);
            } else if (word.equals("--")) {
                onlyPlain = true;
            } else {
                i += flag(word, line.subList(i + 1, line.size()), told);
            }
        }
        return commands(program, plain, told);
    }

    /** Takes in one flag; returns how many words behind it were its value. */
    private static int flag(String word, List<String> rest, Map<Flag, String> told) {
        boolean isLong = word.startsWith("--");
        int equals = word.indexOf('=');
        String name = isLong ? word.substring(2, equals < 0 ? word.length() : equals) : word.substring(1, 2);
        Flag flag = (isLong ? Flag.named(name) : Flag.lettered(name.charAt(0)))
                .orElseThrow(() -> ToolException.usage(
                        isLong ? "unknown flag: --" + name : "unknown shorthand flag: '" + name + "' in " + word));
        Optional<String> attached = attached(word, isLong, equals);
        if (flag.kind() == Flag.Kind.SWITCH || attached.isPresent()) {
            told.put(flag, checked(flag, attached.orElse("true")));
            return 0;
        }
        if (rest.isEmpty()) {
            throw ToolException.usage("flag needs an argument: " + (isLong ? word : "'" + name + "' in " + word));
        }
        told.put(flag, checked(flag, rest.getFirst()));
        return 1;
    }

    private static Optional<String> attached(String word, boolean isLong, int equals) {
        if (isLong) {
            return equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
        }
        String behind = word.substring(2);
        return behind.isEmpty() ? Optional.empty() : Optional.of(behind.startsWith("=") ? behind.substring(1) : behind);
    }

    private static String checked(Flag flag, String value) {
        Optional<String> wrong = switch (flag.kind()) {
            case TEXT -> Optional.empty();
            case NUMBER -> isNumber(value)
                    ? Optional.empty()
                    : Optional.of("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
            case DURATION -> DURATION.matcher(value).matches()
                    ? Optional.empty()
                    : Optional.of("time: invalid duration \"" + value + "\"");
            case SWITCH -> value.equals("true") || value.equals("false")
                    ? Optional.empty()
                    : Optional.of("strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
        };
        if (wrong.isPresent()) {
            throw ToolException.usage(
                    "invalid argument \"" + value + "\" for \"--" + flag.label() + "\" flag: " + wrong.get());
        }
        return value;
    }

    private static boolean isNumber(String value) {
        try {
            var _ = Long.parseLong(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The leading words that are commands; the rest are operands. {@code help} asks about those behind it. */
    private static Arguments commands(String program, List<String> plain, Map<Flag, String> told) {
        if (!plain.isEmpty() && plain.getFirst().equals("help")) {
            told.put(Flag.HELP, "true");
            plain.removeFirst();
        }
        List<String> words = new ArrayList<>();
        for (String word : plain) {
            Optional<String> next = next(words, word);
            if (next.isEmpty()) {
                break;
            }
            words.add(next.get());
        }
        Arguments read = new Arguments(words, told, plain.subList(words.size(), plain.size()));
        if (read.tool().isEmpty() && !read.operands.isEmpty()) {
            throw ToolException.usage(
                    "unknown command \"" + read.operands.getFirst() + "\" for \"" + program + "\"");
        }
        return read;
    }

    private static Optional<String> next(List<String> words, String word) {
        List<String> possible = Arrays.stream(Tool.values())
                .map(Tool::words)
                .filter(all -> all.size() > words.size() && all.subList(0, words.size()).equals(words))
                .map(all -> all.get(words.size()))
                .distinct()
                .toList();
        if (possible.contains(word)) {
            return Optional.of(word);
        }
        List<String> begun = possible.stream().filter(one -> !word.isEmpty() && one.startsWith(word)).toList();
        return begun.size() == 1 ? Optional.of(begun.getFirst()) : Optional.empty();
    }

    /** The command; empty where there is none, or a group of them. */
    Optional<Tool> tool() {
        return Arrays.stream(Tool.values())
                .filter(tool -> tool.words().equals(words))
                .findFirst();
    }

    /** The commands that begin so. */
    List<Tool> group() {
        return Arrays.stream(Tool.values())
                .filter(tool -> tool.words().size() >= words.size()
                        && tool.words().subList(0, words.size()).equals(words))
                .toList();
    }

    /** Words behind the command that are no flags. */
    List<String> operands() {
        return operands;
    }

    boolean isTold(Flag flag) {
        return told.containsKey(flag);
    }

    String text(Flag flag) {
        return told.getOrDefault(flag, flag.initial());
    }

    long number(Flag flag) {
        return Long.parseLong(text(flag));
    }

    boolean isOn(Flag flag) {
        return Boolean.parseBoolean(text(flag));
    }

    /**
     * Refuses flags that the command doesn't take.
     *
     * @throws ToolException naming the first
     */
    void requireTaken(Tool tool) {
        told.keySet().stream().filter(flag -> !tool.takes(flag)).findFirst().ifPresent(flag -> {
            throw ToolException.usage("unknown flag: --" + flag.label());
        });
    }

    /**
     * Refuses a command line without some flags.
     *
     * @throws ToolException naming those that are missing
     */
    void require(Flag... flags) {
        String missing = Arrays.stream(flags)
                .filter(flag -> text(flag).isEmpty())
                .map(flag -> "\"" + flag.label() + "\"")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw ToolException.usage("required flag(s) " + missing + " not set");
        }
    }
}
