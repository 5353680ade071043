package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the programs that judge us, building the Go ones once; skips the test with a message where one is missing. */
final class Programs {
    private static final Duration BUILD = Duration.ofMinutes(15);

    private Programs() {}

    /**
     * A program built from {@code src/test/go/<name>}, whose go.mod says which version it is. Built once for all test
     * processes; Go's own cache makes a second build a matter of a second.
     */
    static Path go(final String name) {
        final Path source = property("drawbore.go.src").resolve(name);
        final Path folder = property("drawbore.go.bin");
        final Path program = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid() || !isOlder(source, program)) {
                    return program;
                }
                requireGo(Files.readString(source.resolve("go.mod")));
                final Ran build = Ran.command(
                        List.of("go", "-C", source.toString(), "build", "-o", program.toString(), "."), "", BUILD);
                assertEquals(0, build.exitCode(), () -> "go build of " + name + ": " + build.output());
                return program;
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The folder of a Node program: {@code src/test/node/<name>} copied, and what its lock file names installed beside
     * it, once for all test processes.
     */
    static Path node(final String name) {
        final Path source = property("drawbore.node.src").resolve(name);
        final Path folder = property("drawbore.node.bin").resolve(name);
        final Path installed = folder.resolve("node_modules").resolve(".package-lock.json");
        requireNpm();
        try {
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid() || !isOlder(source, installed)) {
                    return folder;
                }
                copy(source, folder);
                final Ran install =
                        Ran.command(List.of("npm", "--prefix", folder.toString(), "ci"), "", BUILD);
                if (install.exitCode() != 0) {
                    abort("npm cannot install " + name + " (is there a network?): " + install.output());
                }
                Files.setLastModifiedTime(installed, FileTime.from(Instant.now()));
                return folder;
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void requireNpm() {
        try {
            final Ran version = Ran.command(List.of("npm", "--version"), "", Ran.PATIENCE);
            if (version.exitCode() != 0) {
                abort("npm does not run: " + version.output());
            }
        } catch (final UncheckedIOException missing) {
            abort("Node and npm are missing");
        }
    }

    private static void copy(final Path source, final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(source)) {
            for (final Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Debian's etcdctl 3.4, of the package etcd-client. */
    static Path debianEtcdctl() {
        final Path etcdctl = Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder).resolve("etcdctl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> abort("no etcdctl on the PATH: install Debian's etcd-client"));
        final Ran version = Ran.etcdctl(List.of(etcdctl.toString(), "version"), "");
        if (!version.output().startsWith("etcdctl version: 3.4.")) {
            abort("the etcdctl on the PATH is no 3.4: " + version.output().replace('\n', ' '));
        }
        return etcdctl;
    }

    /** The started distribution's launcher. */
    static Path drawbore() {
        final Path launcher = property("drawbore.distribution").resolve("bin").resolve("drawbore");
        if (!Files.isExecutable(launcher)) {
            abort("no distribution at " + launcher + ": build it with ./start");
        }
        return launcher;
    }

    private static void requireGo(final String module) {
        final Ran version;
        try {
            version = Ran.command(List.of("go", "env", "GOVERSION"), "", Ran.PATIENCE);
        } catch (final UncheckedIOException missing) {
            abort("Go is missing");
            throw missing;
        }
        final int needed = minor(Pattern.compile("(?m)^go 1\\.([0-9]+)"), module);
        final int there = minor(Pattern.compile("go1\\.([0-9]+)"), version.output());
        if (there < needed && there < 21) {
            abort("Go 1." + there + " is too old to fetch Go 1." + needed);
        }
    }

    private static int minor(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static boolean isOlder(final Path source, final Path program) throws IOException {
        if (!Files.exists(program)) {
            return true;
        }
        try (Stream<Path> files = Files.list(source)) {
            for (final Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(program)) > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Path property(final String name) {
        return Path.of(System.getProperty(name));
    }
}
