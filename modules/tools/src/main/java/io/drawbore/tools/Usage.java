package io.drawbore.tools;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The text that says how a command is written. */
final class Usage {
    private Usage() {}

    /**
     * Of one command, or of several.
     *
     * @param program what it was called by
     * @param group the commands that were meant, at least one
     */
    static String of(String program, List<Tool> group) {
        return group.size() == 1 ? ofOne(program, group.getFirst()) : ofMany(program, group);
    }

    private static String ofOne(String program, Tool tool) {
        String flags = Arrays.stream(Flag.values()).filter(tool::takes).map(Usage::line).collect(Collectors.joining());
        return tool.purpose() + "\n\nUsage:\n  " + String.join(" ", program, String.join(" ", tool.words()),
                (tool.operands() + " [flags]").strip()) + "\n\nFlags:\n" + flags;
    }

    private static String ofMany(String program, List<Tool> tools) {
        int width = tools.stream().mapToInt(tool -> String.join(" ", tool.words()).length()).max().orElse(0);
        String commands = tools.stream()
                .map(tool -> "  " + padded(String.join(" ", tool.words()), width) + "   " + tool.purpose() + "\n")
                .collect(Collectors.joining());
        String flags =
                Arrays.stream(Flag.values()).filter(Flag::isGlobal).map(Usage::line).collect(Collectors.joining());
        return "Usage:\n  " + program + " [command] [flags]\n\nAvailable Commands:\n" + commands + "\nFlags:\n" + flags
                + "\nUse \"" + program + " [command] --help\" for more information about a command.\n";
    }

    private static String line(Flag flag) {
        String letter = switch (flag) {
            case WRITE_OUT -> "-w, ";
            case HELP -> "-h, ";
            default -> "    ";
        };
        String standard = flag.kind() == Flag.Kind.SWITCH || flag.initial().isEmpty() || flag.kind() == Flag.Kind.NUMBER
                ? ""
                : " (default " + flag.initial() + ")";
        return "  " + letter + padded("--" + flag.label(), 20) + flag.usage() + standard + "\n";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
