package io.drawbore.config;

import java.util.List;

/** What a command line asks for. */
public sealed interface Invocation {
    /**
     * Start a member.
     *
     * @param config what it was told
     * @param notices what deserves a warning in the log, though it stops nothing
     */
    record Run(ServerConfig config, List<Notice> notices) implements Invocation {
        /** Keeps a copy of the list. */
        public Run {
            notices = List.copyOf(notices);
        }
    }

    /**
     * Print a text to standard output and exit with 0.
     *
     * @param text all flags, grouped; ends with a line break
     */
    record ShowHelp(String text) implements Invocation {}

    /** Print the versions to standard output and exit with 0. */
    record ShowVersion() implements Invocation {}

    /**
     * Nothing can be started.
     *
     * @param mistakes one line each, at least one
     * @param exitCode 2 where the command line itself is wrong, 1 for all else, as in etcd
     */
    record Refused(List<String> mistakes, int exitCode) implements Invocation {
        /** Keeps a copy of the list. */
        public Refused {
            mistakes = List.copyOf(mistakes);
        }
    }

    /**
     * Something noticed on the way.
     *
     * @param message what, the same words every time
     * @param key the name of the field that says which one; empty for none
     * @param value which one
     */
    record Notice(String message, String key, String value) {}
}
