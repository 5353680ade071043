package io.drawbore.launcher.internal;

import java.util.Map;
import java.util.OptionalInt;

/** Says which signal is ending the process. Any thread. */
public final class EndSignal {
    /** The thread on which the JVM handles a signal is called so, and lives until the process has ended. */
    private static final Map<String, Integer> CODES =
            Map.of("SIGHUP handler", 129, "SIGINT handler", 130, "SIGTERM handler", 143);

    private EndSignal() {}

    /** The exit code by which the signal is known; empty where none is ending the process. */
    public static OptionalInt exitCode() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> CODES.containsKey(thread.getName()))
                .mapToInt(thread -> CODES.getOrDefault(thread.getName(), 0))
                .findFirst();
    }
}
