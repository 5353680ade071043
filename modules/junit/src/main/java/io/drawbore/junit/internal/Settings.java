package io.drawbore.junit.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What members are started with; tests whose settings are equal share members.
 *
 * @param home the distribution's folder, where that was told
 * @param cache where a distribution of the class path is unpacked, where that was told
 * @param flags of the member
 * @param javaOptions of the member's JVM
 * @param startTimeout how long a member may take to be ready
 */
public record Settings(
        Optional<Path> home,
        Optional<Path> cache,
        List<String> flags,
        List<String> javaOptions,
        Duration startTimeout) {
    private static final Set<String> OURS = Set.of(
            "name",
            "data-dir",
            "listen-client-urls",
            "advertise-client-urls",
            "listen-peer-urls",
            "initial-advertise-peer-urls",
            "initial-cluster",
            "listen-client-http-urls",
            "enable-grpc-gateway",
            "log-outputs",
            "config-file");

    /**
     * Keeps copies of the lists.
     *
     * @throws IllegalArgumentException for a flag or an option that can't be given
     */
    public Settings {
        flags = List.copyOf(flags);
        javaOptions = List.copyOf(javaOptions);
        for (final String flag : flags) {
            final String name = name(flag);
            if (OURS.contains(name)) {
                throw new IllegalArgumentException("--" + name + " is for the Drawbore extension to decide");
            }
            if (name.equals("log-level") && !flag.endsWith("=info") && !flag.endsWith("=debug")) {
                throw new IllegalArgumentException(
                        flag + ": the Drawbore extension reads the member's log; give info or debug");
            }
        }
        for (final String option : javaOptions) {
            if (option.isBlank() || option.chars().anyMatch(Character::isWhitespace)) {
                throw new IllegalArgumentException("Java option \"" + option + "\" has a blank in it");
            }
        }
    }

    /** Whether a flag of that name is among the user's. */
    boolean tells(final String name) {
        return flags.stream().anyMatch(flag -> name(flag).equals(name));
    }

    private static String name(final String flag) {
        return flag.replaceFirst("^--?", "").replaceFirst("=.*", "");
    }
}
