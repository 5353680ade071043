package io.drawbore.packaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Writes trees as archives, the same bytes every time: sorted, with one time, nobody's, two kinds of permissions. */
final class Archives {
    private final Instant time;

    /** All that is written is of that time. */
    Archives(final Instant time) {
        this.time = time;
    }

    /** A gzipped tar with everything below a folder of that name. */
    byte[] tarGz(final Tree tree, final String folder, final Map<String, String> links) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final GzipParameters header = new GzipParameters();
        header.setCompressionLevel(Deflater.BEST_COMPRESSION);
        header.setModificationInstant(time);
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(
                new GzipCompressorOutputStream(bytes, header), StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            final Set<String> folders = new TreeSet<>();
            for (final var file : tree.files().entrySet()) {
                final String path = folder + file.getKey();
                folders(tar, folders, path);
                final byte[] content = file.getValue().read();
                final TarArchiveEntry entry = entry(path, file.getValue().program() ? 0755 : 0644);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
            for (final var link : links.entrySet()) {
                folders(tar, folders, folder + link.getKey());
                final TarArchiveEntry entry = new TarArchiveEntry(folder + link.getKey(), TarConstants.LF_SYMLINK);
                entry.setLinkName(link.getValue());
                entry.setModTime(time.toEpochMilli());
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private void folders(final TarArchiveOutputStream tar, final Set<String> written, final String path)
            throws IOException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            final String folder = path.substring(0, slash + 1);
            if (written.add(folder)) {
                tar.putArchiveEntry(entry(folder, 0755));
                tar.closeArchiveEntry();
            }
        }
    }

    private TarArchiveEntry entry(final String path, final int mode) {
        final TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setModTime(time.toEpochMilli());
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        return entry;
    }

    /** A zip of it, with permissions. */
    byte[] zip(final Tree tree) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (final var file : tree.files().entrySet()) {
                final ZipArchiveEntry entry = new ZipArchiveEntry(file.getKey());
                entry.setTimeLocal(localTime());
                entry.setUnixMode(UnixStat.FILE_FLAG | (file.getValue().program() ? 0755 : 0644));
                zip.putArchiveEntry(entry);
                zip.write(file.getValue().read());
                zip.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** A jar of files that are packed already. */
    byte[] jar(final Map<String, byte[]> files) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            jar.setLevel(Deflater.NO_COMPRESSION);
            for (final var file : files.entrySet()) {
                write(jar, file.getKey(), file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** sqlite-jdbc with its library for one platform only. */
    byte[] slimSqlite(final Path jar, final Platform platform) throws IOException {
        return sqlite(jar, name -> name.startsWith(SqliteLibrary.FOLDER + platform.sqlite() + "/"));
    }

    /** sqlite-jdbc without its libraries. */
    byte[] bareSqlite(final Path jar) throws IOException {
        return sqlite(jar, name -> false);
    }

    private byte[] sqlite(final Path jar, final Predicate<String> libraries) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setLevel(Deflater.BEST_COMPRESSION);
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                final String name = entry.getName();
                if (!entry.isDirectory() && (!name.startsWith(SqliteLibrary.FOLDER) || libraries.test(name))) {
                    write(out, name, in.readAllBytes());
                }
            }
        }
        return bytes.toByteArray();
    }

    /** A Debian package of a control part and of what it installs. */
    byte[] deb(final Tree control, final Tree data, final Map<String, String> links) throws IOException {
        final Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        parts.put("control.tar.gz", tarGz(control, "./", Map.of()));
        parts.put("data.tar.gz", tarGz(data, "./", links));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
            for (final var part : parts.entrySet()) {
                ar.putArchiveEntry(new ArArchiveEntry(
                        part.getKey(), part.getValue().length, 0, 0, 0100644, time.getEpochSecond()));
                new ByteArrayInputStream(part.getValue()).transferTo(ar);
                ar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private void write(final ZipOutputStream zip, final String name, final byte[] content) throws IOException {
        final ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(localTime());
        zip.putNextEntry(entry);
        ((OutputStream) zip).write(content);
        zip.closeEntry();
    }

    private LocalDateTime localTime() {
        return LocalDateTime.ofInstant(time, ZoneOffset.UTC);
    }
}
