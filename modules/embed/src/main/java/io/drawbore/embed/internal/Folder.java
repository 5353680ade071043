package io.drawbore.embed.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a cluster's data lies: a folder for each member, and a note of the members' ports, since a cluster that is
 * opened again finds itself under the URLs that it was founded with.
 */
final class Folder {
    private static final String NOTE = "embedded.properties";

    private final Path path;
    private final boolean temporary;

    private Folder(final Path path, final boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /** The folder of that name, or a temporary one. */
    static Folder open(final Optional<Path> given) {
        try {
            return given.isPresent()
                    ? new Folder(Files.createDirectories(given.get()).toAbsolutePath(), false)
                    : new Folder(Files.createTempDirectory("drawbore-embed-"), true);
        } catch (final IOException failed) {
            throw new UncheckedIOException("no folder for the members' data: " + failed.getMessage(), failed);
        }
    }

    boolean isTemporary() {
        return temporary;
    }

    Path of(final String member) {
        return path.resolve(member);
    }

    /**
     * The ports that were noted: a client port and a peer port for each member; empty where the folder is new.
     *
     * @throws IllegalArgumentException where it holds a cluster of another size
     */
    List<Integer> ports(final int members) {
        final Path note = path.resolve(NOTE);
        if (!Files.exists(note)) {
            return List.of();
        }
        final var noted = new Properties();
        try (InputStream in = Files.newInputStream(note)) {
            noted.load(in);
            final List<Integer> ports = Stream.of(noted.getProperty("ports", "").split(",", -1))
                    .map(Integer::valueOf)
                    .toList();
            if (ports.size() != 2 * members) {
                throw new IllegalArgumentException(
                        path + " holds a cluster of " + ports.size() / 2 + ", not of " + members + " members");
            }
            return ports;
        } catch (final IOException | NumberFormatException unreadable) {
            throw new IllegalStateException(note + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Notes the ports. */
    void note(final List<Integer> ports) {
        final var noted = new Properties();
        noted.setProperty("ports", String.join(",", ports.stream().map(String::valueOf).toList()));
        try (OutputStream out = Files.newOutputStream(path.resolve(NOTE))) {
            noted.store(out, null);
        } catch (final IOException failed) {
            throw new UncheckedIOException(path + " cannot be written: " + failed.getMessage(), failed);
        }
    }

    /** Deletes it where it was a temporary one. */
    void discard() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (final Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(path + " cannot be deleted: " + failed.getMessage(), failed);
        }
    }

    /** The members' names, {@code m0} on. */
    static List<String> names(final int members) {
        return IntStream.range(0, members).mapToObj(number -> "m" + number).toList();
    }
}
