package io.drawbore.plugins.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps how far a feed has come: one line, {@code drawbore feed cursor 1 <revision> <crc32c>}. A new one
 * takes the place of the old by a rename, after its contents and before its name are made durable. One thread at a
 * time.
 */
final class FeedCursor {
    private static final Logger LOG = LoggerFactory.getLogger(FeedCursor.class);
    private static final Pattern LINE = Pattern.compile("(drawbore feed cursor 1 ([0-9]{1,19})) ([0-9a-f]{8})\n");
    private static final int MAX_BYTES = 128;

    private final Vfs vfs;
    private final Path folder;
    private final Path file;

    /**
     * A cursor that need not be there yet.
     *
     * @param folder is made when it is first written
     * @param feed the feed's name
     */
    FeedCursor(Vfs vfs, Path folder, String feed) {
        this.vfs = vfs;
        this.folder = folder;
        this.file = folder.resolve("feed-" + feed + ".cursor");
    }

    /** The revision that was written last; 0 where none was, or where the file is damaged, which is said. */
    long read() {
        if (!vfs.exists(file)) {
            return 0;
        }
        try {
            Matcher line = LINE.matcher(content());
            if (line.matches() && line.group(3).equals(checksum(line.group(1)))) {
                return Long.parseLong(line.group(2));
            }
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("the cursor of a change feed is damaged; the feed begins anew and gets again what it had");
        } catch (IOException | NumberFormatException unreadable) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", unreadable.getMessage())
                    .log("the cursor of a change feed cannot be read; the feed begins anew and gets again what it had");
        }
        return 0;
    }

    private String content() throws IOException {
        try (VfsFile open = vfs.open(file, Vfs.Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
            open.read(bytes, 0);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    /** Writes a revision; durable on return. */
    void write(long revision) throws IOException {
        vfs.createFolder(folder);
        Path fresh = folder.resolve(file.getFileName() + ".new");
        if (vfs.exists(fresh)) {
            vfs.delete(fresh);
        }
        String line = "drawbore feed cursor 1 " + revision;
        try (VfsFile open = vfs.open(fresh, Vfs.Mode.CREATE)) {
            open.write(ByteBuffer.wrap((line + " " + checksum(line) + "\n").getBytes(StandardCharsets.UTF_8)), 0);
            open.sync();
        }
        vfs.rename(fresh, file);
        vfs.syncFolder(folder);
    }

    private static String checksum(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
