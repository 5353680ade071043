package io.drawbore.junit.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the program that is started for tests. */
final class Distribution {
    private static final String PROGRAM = "drawbore";
    private static final String VARIABLE = "DRAWBORE_HOME";

    private static final Path LIBRARIES = Path.of("/lib");
    private static final List<Path> GLIBC_LOADERS = List.of(
            Path.of("/lib64/ld-linux-x86-64.so.2"), Path.of("/lib/ld-linux-aarch64.so.1"));

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
            refuseMusl(LIBRARIES, GLIBC_LOADERS);
            final Path cache = settings.cache().orElseGet(Distribution::userCache);
            return inHome(archive.get().unpacked(cache), "the class path");
        }
        return onPath().orElseThrow(() -> new IllegalStateException(missing(platform())));
    }

    /** What to do where there is none. */
    static String missing(final String platform) {
        final String inPlace = "set drawbore.home (a system property, or a parameter in junit-platform.properties) or"
                + " the variable " + VARIABLE + " to its folder";
        return "no distribution of Drawbore for " + platform + " found: "
                + (platform.startsWith("linux-")
                        ? inPlace + ", put the artifact io.drawbore:drawbore-distribution with the classifier "
                                + platform + " on the test class path, or its bin/ on the PATH"
                        : "there is no artifact for this system; " + inPlace + ", one that was built without a runtime"
                                + " of its own (./start), which finds a Java 25 here");
    }

    /**
     * The artifact's runtime, and SQLite's library in it, are linked for glibc, which systems such as Alpine don't
     * have: started there, it would only say that a file is missing.
     */
    static void refuseMusl(final Path libraries, final List<Path> glibc) {
        try (DirectoryStream<Path> musl = Files.newDirectoryStream(libraries, "ld-musl-*")) {
            if (musl.iterator().hasNext() && glibc.stream().noneMatch(Files::exists)) {
                throw new IllegalStateException("the distribution of Drawbore on the class path is for glibc and can't"
                        + " start on this system, which has musl: run the tests on one with glibc, or set drawbore.home"
                        + " to a distribution built without a runtime of its own (./start), which finds a Java 25"
                        + " here");
            }
        } catch (final IOException | DirectoryIteratorException unreadable) {
            // no such folder: what cannot be started says so itself
            return;
        }
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
