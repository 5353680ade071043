package io.drawbore.launcher.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JVM's cache of loaded classes (JEP 514) in {@code <home>/aot}: {@code drawbore.aot}, and {@code fits}, which says
 * for which JVM and which jars it was made. The start script uses it, {@code drawbore aot} makes it. Immutable; any
 * thread.
 */
public final class AotCache {
    private final Path home;

    /** The cache of the distribution in that folder. */
    public AotCache(final Path home) {
        this.home = home;
    }

    /** Whether somebody should make it: there is none for this JVM and these jars, and it could be kept. */
    public boolean isMissed() {
        final Path folder = home.resolve("aot");
        try {
            return Files.isWritable(Files.exists(folder) ? folder : home)
                    && !(Files.exists(folder.resolve("drawbore.aot")) && fits().equals(written(folder)));
        } catch (final IOException unreadable) {
            return false;
        }
    }

    /**
     * What a cache made now fits to.
     *
     * @throws IOException where the jars cannot be looked at
     */
    public String fits() throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            return Stream.concat(
                            Stream.of(
                                    home.toString(),
                                    System.getProperty("java.home"),
                                    System.getProperty("java.vm.version")),
                            jars.map(Path::toFile).map(AotCache::describe).sorted())
                    .collect(Collectors.joining("\n", "", "\n"));
        }
    }

    /**
     * Starts the making of it: a process of its own, with the lowest priority, of which nothing is heard.
     *
     * @throws IOException where it cannot be started
     */
    public Process make() throws IOException {
        return new ProcessBuilder(List.of("nice", "-n", "19", home.resolve("bin/drawbore").toString(), "aot"))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String written(final Path folder) throws IOException {
        try {
            return Files.readString(folder.resolve("fits"));
        } catch (final NoSuchFileException never) {
            return "";
        }
    }

    private static String describe(final File jar) {
        return jar.getName() + " " + jar.length() + " " + jar.lastModified();
    }
}
