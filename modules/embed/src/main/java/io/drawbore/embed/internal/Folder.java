package io.drawbore.embed.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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

    /**
     * Notes the ports, durably and as a whole: half a note would keep the folder from being opened again. Nothing to do
     * where nobody opens it again.
     */
    void note(final List<Integer> ports) {
        if (temporary) {
            return;
        }
        final String text = "ports=" + String.join(",", ports.stream().map(String::valueOf).toList()) + "\n";
        final Path unfinished = path.resolve(NOTE + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(unfinished, path.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
            syncFolder();
        } catch (final IOException failed) {
            throw new UncheckedIOException(path + " cannot be written: " + failed.getMessage(), failed);
        }
    }

    private void syncFolder() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            // elsewhere a folder can't be opened
            try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    /** Deletes it where it was a temporary one. */
    void discard() {
        if (!temporary || !Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (final Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (final IOException | UncheckedIOException failed) {
            throw new IllegalStateException(path + " cannot be deleted: " + failed.getMessage(), failed);
        }
    }

    /** The members' names, {@code m0} on. */
    static List<String> names(final int members) {
        return IntStream.range(0, members).mapToObj(number -> "m" + number).toList();
    }
}
