package io.drawbore.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files by their path, in its order, which is the same on every machine. Belongs to one thread. */
final class Tree {
    private final SortedMap<String, Content> files = new TreeMap<>();

    /** A file's bytes, wherever they are, and whether it is a program. */
    record Content(Bytes bytes, boolean program) {
        byte[] read() throws IOException {
            return bytes.read();
        }
    }

    /** Where bytes come from. */
    interface Bytes {
        byte[] read() throws IOException;
    }

    /** All of it, in order. */
    SortedMap<String, Content> files() {
        return Collections.unmodifiableSortedMap(files);
    }

    /** Adds a file, or puts it in the place of another. */
    void put(final String path, final Path source) {
        files.put(path, new Content(() -> Files.readAllBytes(source), false));
    }

    /** Adds a small file. */
    void put(final String path, final String text, final boolean program) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        files.put(path, new Content(() -> bytes, program));
    }

    /** Adds a file with bytes that were made. */
    void put(final String path, final byte[] bytes) {
        files.put(path, new Content(() -> bytes, false));
    }

    /** Adds all of another tree below a folder. */
    void putAll(final String folder, final Tree other) {
        other.files.forEach((path, content) -> files.put(folder + path, content));
    }

    /** Adds a folder's files, of which those are programs that may be executed. */
    void putFolder(final String path, final Path folder) throws IOException {
        final List<Path> found;
        try (Stream<Path> all = Files.walk(folder)) {
            found = all.filter(Files::isRegularFile).toList();
        }
        for (final Path file : found) {
            final String name = folder.relativize(file).toString().replace('\\', '/');
            files.put(path + name, new Content(() -> Files.readAllBytes(file), Files.isExecutable(file)));
        }
    }

    /** Adds a file of this plug-in's own. */
    void putResource(final String path, final String resource, final boolean program) throws IOException {
        put(path, resource(resource), program);
    }

    /** The text of a file of this plug-in's own. */
    static String resource(final String name) throws IOException {
        try (InputStream in = Tree.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the plug-in lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Makes a folder be this tree. What is there already and has the same bytes stays as it is, so that nothing that
     * goes by a file's time is fooled; other files take the place of those that were there, so that a member which runs
     * from the folder keeps what it has opened; what the tree lacks is deleted, folders that hold nothing more too, but
     * for what was made in {@code aot}.
     *
     * @return whether anything was written
     */
    boolean write(final Path folder) throws IOException {
        boolean changed = false;
        Files.createDirectories(folder);
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(path -> !folder.relativize(path).startsWith("aot"))
                    .filter(path -> Files.isDirectory(path)
                            ? !path.equals(folder) && !hasBelow(folder.relativize(path) + "/")
                            : !files.containsKey(folder.relativize(path).toString()))
                    // a folder after what is in it
                    .sorted(Comparator.reverseOrder())
                    .forEach(Tree::delete);
        }
        for (final var file : files.entrySet()) {
            final Path path = folder.resolve(file.getKey());
            final byte[] bytes = file.getValue().read();
            if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), bytes)) {
                final Path parent = Files.createDirectories(path.resolve("..").normalize());
                final Path written = Files.createTempFile(parent, "", ".new");
                Files.write(written, bytes);
                permit(written, file.getValue().program());
                Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
                changed = true;
            } else {
                permit(path, file.getValue().program());
            }
        }
        return changed;
    }

    private static void permit(final Path file, final boolean program) throws IOException {
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private boolean hasBelow(final String folder) {
        final SortedMap<String, Content> rest = files.tailMap(folder);
        return !rest.isEmpty() && rest.firstKey().startsWith(folder);
    }

    private static void delete(final Path file) {
        try {
            Files.delete(file);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
