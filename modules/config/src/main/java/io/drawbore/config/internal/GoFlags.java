package io.drawbore.config.internal;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line, read as Go's flag package reads it: one dash or two; a value after {@code =} or in the next argument,
 * for booleans only after {@code =}; the last one of a flag counts; {@code --} or the first argument without a dash
 * ends the flags. Unlike Go it goes on after a mistake.
 *
 * @param settings what was given
 * @param help whether help was asked for before any mistake
 */
public record GoFlags(Settings settings, boolean help) {
    /** Reads the arguments and adds what is wrong with them. */
    public static GoFlags scan(final List<String> arguments, final Mistakes mistakes) {
        final Map<Flag, String> given = new EnumMap<>(Flag.class);
        int next = 0;
        while (next < arguments.size()) {
            final String argument = arguments.get(next++);
            if (argument.equals("--")) {
                refusePositional(arguments, next, mistakes);
                break;
            }
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                refusePositional(arguments, next - 1, mistakes);
                break;
            }
            final String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (body.startsWith("-") || body.startsWith("=")) {
                mistakes.syntax("bad flag syntax: " + argument);
                continue;
            }
            final int equals = body.indexOf('=');
            final String name = equals < 0 ? body : body.substring(0, equals);
            final Optional<Flag> known = Flag.of(name);
            if (known.isEmpty()) {
                if ((name.equals("help") || name.equals("h")) && mistakes.isEmpty()) {
                    return new GoFlags(new Settings(given), true);
                }
                mistakes.syntax("flag provided but not defined: -" + name);
                next += equals < 0 && isValueOfUnknown(arguments, next) ? 1 : 0;
                continue;
            }
            final Flag flag = known.get();
            final String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (flag.kind().mayStandAlone()) {
                value = "true";
            } else if (next < arguments.size()) {
                value = arguments.get(next++);
            } else {
                mistakes.syntax("flag needs an argument: -" + name);
                continue;
            }
            keep(flag, value, given, mistakes);
        }
        return new GoFlags(new Settings(given), false);
    }

    private static void keep(
            final Flag flag, final String value, final Map<Flag, String> given, final Mistakes mistakes) {
        try {
            flag.kind().check(value);
            given.put(flag, value);
        } catch (final Kind.BadValue bad) {
            mistakes.syntax(
                    flag.kind() == Kind.BOOLEAN
                            ? "invalid boolean value \"" + value + "\" for -" + flag.flag() + ": " + bad.why()
                            : "invalid value \"" + value + "\" for flag -" + flag.flag() + ": " + bad.why());
        }
    }

    /** What follows a flag that we don't know is most likely its value, and no mistake of its own. */
    private static boolean isValueOfUnknown(final List<String> arguments, final int next) {
        return next < arguments.size() && !arguments.get(next).startsWith("-");
    }

    private static void refusePositional(final List<String> arguments, final int from, final Mistakes mistakes) {
        if (from < arguments.size()) {
            mistakes.add("\"" + arguments.get(from) + "\" is not a valid flag");
        }
    }
}
