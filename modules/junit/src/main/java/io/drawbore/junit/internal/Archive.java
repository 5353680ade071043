package io.drawbore.junit.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A distribution on the class path: {@code io/drawbore/distribution/<platform>.zip}, with its SHA-256 beside it. It is
 * unpacked once for all JVMs of a user, into a folder that bears the sum.
 */
final class Archive {
    private static final String FOLDER = "io/drawbore/distribution/";
    private static final String UNFINISHED = ".unpacking-";
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final Duration NOTED_EACH = Duration.ofDays(1);
    private static final Duration UNUSED = Duration.ofDays(30);
    private static final Pattern TREE = Pattern.compile("[a-z0-9_]+-[a-z0-9_]+-[0-9a-f]{64}");
    private static final Object UNPACKING = new Object();

    /** What has to be a program: a zip's stream doesn't say it. */
    private static final List<String> PROGRAMS = List.of("bin/", "runtime/bin/", "runtime/lib/jspawnhelper");

    private final String platform;
    private final URL zip;
    private final String sum;

    private Archive(final String platform, final URL zip, final String sum) {
        this.platform = platform;
        this.zip = zip;
        this.sum = sum;
    }

    /** The one for a platform, where it is on the class path. */
    static Optional<Archive> find(final String platform) {
        final String name = FOLDER + platform + ".zip";
        return loaders()
                .flatMap(loader -> Stream.ofNullable(loader.getResource(name)))
                .findFirst()
                .map(zip -> new Archive(platform, zip, sum(name + ".sha256")));
    }

    private static Stream<ClassLoader> loaders() {
        return Stream.of(Optional.ofNullable(Thread.currentThread().getContextClassLoader()),
                        Optional.ofNullable(Archive.class.getClassLoader()))
                .flatMap(Optional::stream);
    }

    private static String sum(final String name) {
        final URL file = loaders()
                .flatMap(loader -> Stream.ofNullable(loader.getResource(name)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is missing on the class path"));
        try (InputStream in = file.openStream()) {
            final String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            final String first = text.split("\\s", 2)[0].toLowerCase(Locale.ROOT);
            if (!first.matches("[0-9a-f]{64}")) {
                throw new IllegalStateException(file + " holds no SHA-256");
            }
            return first;
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(file + " cannot be read", unreadable);
        }
    }

    /**
     * The folder that it is unpacked in; one thread of this JVM unpacks, and the others wait for it. Those of other
     * builds go when nobody has used them for a month.
     *
     * @throws IllegalStateException where its bytes are not those of the sum
     */
    Path unpacked(final Path cache) {
        final Path folder = cache.resolve(platform + "-" + sum);
        synchronized (UNPACKING) {
            if (isInUse(folder)) {
                return folder;
            }
            try {
                Files.createDirectories(cache);
            } catch (final IOException failed) {
                throw unusable(cache, failed);
            }
            try (CacheLock held = CacheLock.take(cache)) {
                if (Files.isDirectory(folder)) {
                    use(folder, held);
                    return folder;
                }
                forgetAbandoned(cache);
                unpack(cache, folder);
                if (held.isHeld()) {
                    forgetUnused(cache, folder);
                }
                return folder;
            } catch (final IOException failed) {
                throw unusable(cache, failed);
            }
        }
    }

    private UncheckedIOException unusable(final Path cache, final IOException failed) {
        return new UncheckedIOException(
                zip + " cannot be unpacked into " + cache + ": " + failed.getMessage(), failed);
    }

    /** Whether it was used within a day: far from being deleted. */
    private static boolean isInUse(final Path folder) {
        try {
            return Files.isDirectory(folder) && lastUse(folder).isAfter(Instant.now().minus(NOTED_EACH));
        } catch (final IOException gone) {
            return false;
        }
    }

    private static Instant lastUse(final Path folder) throws IOException {
        return Files.getLastModifiedTime(folder).toInstant();
    }

    /** Under the lock, so that nobody deletes it between the look and the note. */
    private static void use(final Path folder, final CacheLock held) throws IOException {
        if (held.isHeld()) {
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
        }
    }

    private void unpack(final Path cache, final Path folder) throws IOException {
        final Path unfinished = Files.createDirectory(cache.resolve(UNFINISHED + UUID.randomUUID()));
        try {
            unpackInto(unfinished);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
        } catch (final FileSystemException inTheWay) {
            if (!Files.isDirectory(folder)) {
                throw inTheWay;
            }
            // another JVM was faster
        } finally {
            RunFolder.delete(unfinished);
        }
    }

    /** Whoever uses one notes it once a day. */
    private static void forgetUnused(final Path cache, final Path ours) throws IOException {
        final List<Path> others;
        try (Stream<Path> all = Files.list(cache)) {
            others = all.filter(folder -> TREE.matcher(folder.getFileName().toString()).matches())
                    .filter(folder -> !folder.equals(ours))
                    .toList();
        }
        for (final Path folder : others) {
            if (lastUse(folder).isBefore(Instant.now().minus(UNUSED))) {
                final Path leaving = cache.resolve(UNFINISHED + UUID.randomUUID());
                Files.move(folder, leaving, StandardCopyOption.ATOMIC_MOVE);
                RunFolder.delete(leaving);
            }
        }
    }

    private static void forgetAbandoned(final Path cache) throws IOException {
        final List<Path> unfinished;
        try (Stream<Path> all = Files.list(cache)) {
            unfinished = all.filter(folder -> folder.getFileName().toString().startsWith(UNFINISHED))
                    .toList();
        }
        for (final Path folder : unfinished) {
            if (Files.exists(folder)
                    && Files.getLastModifiedTime(folder).toInstant().isBefore(Instant.now().minus(ABANDONED))) {
                RunFolder.delete(folder);
            }
        }
    }

    private void unpackInto(final Path folder) throws IOException {
        final MessageDigest digest = sha256();
        try (InputStream in = zip.openStream();
                DigestInputStream counted = new DigestInputStream(in, digest);
                ZipInputStream entries = new ZipInputStream(counted)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpack(folder, entry, entries);
            }
            // what follows the entries belongs to the sum too
            counted.transferTo(OutputStream.nullOutputStream());
        }
        final String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(sum)) {
            throw new IllegalStateException(zip + " is damaged: its SHA-256 is " + found + ", not " + sum);
        }
    }

    private static void unpack(final Path folder, final ZipEntry entry, final InputStream content)
            throws IOException {
        final Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("entry " + entry.getName() + " leads out of the folder");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(folder.resolve(entry.getName()).normalize().getParent());
        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        if (PROGRAMS.stream().anyMatch(entry.getName()::startsWith) && !file.toFile().setExecutable(true, false)) {
            throw new IOException(file + " cannot be made a program");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
