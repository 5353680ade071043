package io.drawbore.junit.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the program that is started for tests. */
final class Distribution {
    private static final String PROGRAM = "drawbore";
    private static final String VARIABLE = "DRAWBORE_HOME";

    private Distribution() {}

    /**
     * The program: of the folder that was told, by {@code drawbore.home} or the variable; else of the artifact on the
     * class path, unpacked; else the one on the {@code PATH}.
     *
     * @throws IllegalStateException where there is none: what to do about it
     */
    static Path program(final Settings settings) {
        if (settings.home().isPresent()) {
            return inHome(settings.home().get(), "drawbore.home");
        }
        final String variable = System.getenv(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return inHome(Path.of(variable), VARIABLE);
        }
        final Optional<Archive> archive = Archive.find(platform());
        if (archive.isPresent()) {
            final Path cache = settings.cache().orElseGet(Distribution::userCache);
            return inHome(archive.get().unpacked(cache), "the class path");
        }
        return onPath().orElseThrow(() -> new IllegalStateException("no distribution of Drawbore for "
                + platform() + " found: set drawbore.home (a system property, or a parameter in"
                + " junit-platform.properties) or the variable " + VARIABLE + " to its folder, put the artifact"
                + " io.drawbore:drawbore-distribution with the classifier " + platform()
                + " on the test class path, or its bin/ on the PATH"));
    }

    private static Path inHome(final Path home, final String source) {
        final Path program = home.resolve("bin").resolve(PROGRAM).toAbsolutePath();
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(
                    source + " leads to " + home + ", which is no distribution of Drawbore: " + program
                            + " is missing or no program");
        }
        return program;
    }

    private static Optional<Path> onPath() {
        final String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (final String folder : List.of(path.split(File.pathSeparator, -1))) {
            final Path program = Path.of(folder.isEmpty() ? "." : folder, PROGRAM);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                try {
                    return Optional.of(program.toRealPath());
                } catch (final IOException vanished) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** As artifacts are named for it: {@code linux-x86_64}, {@code linux-aarch_64}. */
    static String platform() {
        final String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        final String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "windows" : os;
        final String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        final String processor =
                switch (arch) {
                    case "amd64", "x86_64", "x86-64" -> "x86_64";
                    case "aarch64", "arm64" -> "aarch_64";
                    default -> arch;
                };
        return system + "-" + processor;
    }

    private static Path userCache() {
        final String cache = System.getenv("XDG_CACHE_HOME");
        return cache != null && !cache.isBlank()
                ? Path.of(cache, "drawbore")
                : Path.of(System.getProperty("user.home"), ".cache", "drawbore");
    }
}
