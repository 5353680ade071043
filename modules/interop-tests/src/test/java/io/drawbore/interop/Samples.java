package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plug-ins that no distribution has, each in a folder for {@code --plugins-dir}: the samples, which a Maven of their
 * own builds, and modules that are left out. Skips the test where one cannot be had.
 */
public final class Samples {
    private static final Duration BUILD = Duration.ofMinutes(10);

    private Samples() {}

    /** The store in memory. */
    public static Path memory() {
        final Path plugins = Path.of("target/plugins/memory").toAbsolutePath();
        try {
            final Path jar = jarOf("backend-memory");
            final Path folder = Files.createDirectories(plugins.resolve("memory"));
            install(jar, folder);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return plugins;
    }

    /** etcd's signed tokens: the module's jar, and beside it the one that it needs, which the class path has. */
    public static Path jwt() {
        final Path plugins = Path.of("target/plugins/jwt").toAbsolutePath();
        final Stream<Path> needed = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(jar -> String.valueOf(jar.getFileName()).startsWith("nimbus-jose-jwt"));
        try {
            final Path folder = Files.createDirectories(plugins.resolve("jwt"));
            for (final Path jar : Stream.concat(Stream.of(jarOf("jwt")), needed).toList()) {
                install(jar, folder);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return plugins;
    }

    /** Puts a jar into a plug-in's folder in one step: a member of another test may be loading from there. */
    private static void install(final Path jar, final Path folder) throws IOException {
        final Path whole = Files.createTempFile(Path.of("target"), "plug-in", ".part");
        Files.copy(jar, whole, StandardCopyOption.REPLACE_EXISTING);
        Files.move(whole, folder.resolve(jar.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The jar of a module outside the distribution; skips the test where it isn't built. */
    private static Path jarOf(final String module) throws IOException {
        final Path built = root().resolve("modules").resolve(module).resolve("target");
        try (Stream<Path> files = Files.isDirectory(built) ? Files.list(built) : Stream.empty()) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseGet(() -> abort("modules/" + module + " is not built: ./verify does"));
        }
    }

    /** A sample of docs/samples, built where it isn't, without its tests. */
    public static Path plugin(final String name) {
        final Path plugins = folder(name).resolve("target/plugin");
        locked(name, () -> {
            if (isOlder(plugins, folder(name))) {
                build(folder(name), "-DskipTests");
            }
        });
        return plugins;
    }

    /** Builds a copy of a sample with its own tests, since members of other tests may be running with what is built. */
    static void test(final String name, final Path folder) throws IOException {
        build(copy(name, folder));
    }

    private static void build(final Path project, final String... more) {
        final var arguments = new ArrayList<>(List.of("-q", "package"));
        arguments.addAll(List.of(more));
        final Ran ran = maven(project, Map.of(), arguments);
        assertEquals(0, ran.exitCode(), () -> "mvn package of " + project + ": " + ran.output());
    }

    /**
     * Copies a sample, without what an earlier build has left in it.
     *
     * @param into gets a folder of the sample's name, which is answered
     */
    public static Path copy(final String name, final Path into) throws IOException {
        final Path source = folder(name);
        final Path copy = into.resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (final Path file : files.filter(path -> !source.relativize(path).startsWith("target")).toList()) {
                final Path target = copy.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    /**
     * Runs Maven in a folder, with the JDK of this process and the local repository of the build that this is part of.
     *
     * @param variables of its environment besides
     * @param arguments goals and options
     */
    public static Ran maven(final Path folder, final Map<String, String> variables, final List<String> arguments) {
        final var command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
        variables.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of("mvn", "-B", "-ntp", "-f", folder.toString()));
        localRepository().ifPresent(repository -> command.add("-Dmaven.repo.local=" + repository));
        command.addAll(arguments);
        requireMaven();
        return Ran.command(command, "", BUILD);
    }

    /** Where this build keeps what it installs, as Surefire tells; empty outside a Maven build. */
    public static Optional<String> localRepository() {
        return Optional.ofNullable(System.getProperty("localRepository"));
    }

    static void requireMaven() {
        if (Ran.command(List.of("sh", "-c", "command -v mvn"), "", Ran.PATIENCE).exitCode() != 0) {
            abort("Maven is missing on the PATH");
        }
    }

    private static Path folder(final String name) {
        return root().resolve("docs/samples").resolve(name);
    }

    static Path root() {
        return Path.of(System.getProperty("drawbore.distribution")).resolve("../../..").normalize();
    }

    /** One test process at a time. */
    private static void locked(final String name, final Runnable work) {
        try (FileChannel channel = FileChannel.open(
                        Files.createDirectories(Path.of("target")).resolve("sample-" + name + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid()) {
                work.run();
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isOlder(final Path plugins, final Path folder) {
        try (Stream<Path> jars = Files.isDirectory(plugins) ? Files.walk(plugins) : Stream.empty();
                Stream<Path> sources = Stream.concat(
                        Stream.of(folder.resolve("pom.xml")), Files.walk(folder.resolve("src")))) {
            final long built = jars.filter(file -> file.toString().endsWith(".jar"))
                    .mapToLong(Samples::changed)
                    .max()
                    .orElse(0);
            return sources.mapToLong(Samples::changed).max().orElse(0) > built;
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long changed(final Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
