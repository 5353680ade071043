package org.example.drawbore.mvstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;
import org.h2.mvstore.SingleFileStore;

/**
 * MVStore's file, with the order of writes and syncs by which a chunk, which is what a commit writes, is whole and
 * found again, or not there at all:
 *
 * <ol>
 *   <li>All but the chunk's last sector, and a sync. MVStore takes a chunk for whole where its first and its last bytes
 *       are there, and a disk that loses its power may have written those and nothing between.
 *   <li>The last sector, and a sync: the chunk is there.
 *   <li>The file's head, which names the chunk, and a sync. MVStore writes it now and then only, and would not find the
 *       newest chunk where the one that an older head names was overwritten meanwhile.
 * </ol>
 *
 * <p>What a chunk overwrites was freed by commits before it, which are durable by then.
 */
final class SyncedFile extends SingleFileStore {
    /** The least that a disk writes whole; MVStore's last bytes of a chunk, and what its head says, are fewer. */
    private static final int SECTOR = 512;

    /** The head is there twice, in a block each. */
    private static final int BLOCK = 4_096;

    private static final Charset TEXT = StandardCharsets.ISO_8859_1;
    private static final String CHECKSUM = ",fletcher:";

    SyncedFile() {
        super(Map.of());
    }

    @Override
    protected void writeFully(SFChunk chunk, long position, ByteBuffer bytes) {
        if (chunk == null) {
            super.writeFully(null, position, bytes);
            return;
        }
        int body = bytes.remaining() - SECTOR;
        super.writeFully(chunk, position, bytes.slice(bytes.position(), body));
        sync();
        super.writeFully(chunk, position + body, bytes.slice(bytes.position() + body, SECTOR));
        sync();
        super.writeFully(null, 0, head(chunk));
        sync();
    }

    /**
     * The version that a file's head names: that of a commit that was durable. MVStore itself opens an older one,
     * without a word, where it finds that commit's chunk damaged.
     *
     * @return -1 where neither copy of the head can be read
     */
    static long namedVersion(Path file) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(2 * BLOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (head.hasRemaining() && channel.read(head) >= 0) {
                // a short file has a short head
            }
        }
        long newest = -1;
        for (int copy = 0; copy < 2; copy++) {
            newest = Math.max(newest, namedVersion(new String(head.array(), copy * BLOCK, BLOCK, TEXT)));
        }
        return newest;
    }

    private static long namedVersion(String head) {
        int end = head.lastIndexOf(CHECKSUM, head.indexOf('\n'));
        if (end < 0) {
            return -1;
        }
        byte[] covered = head.substring(0, end).getBytes(TEXT);
        try {
            Map<String, String> said = DataUtils.parseMap(head.substring(0, head.indexOf('\n')));
            int told = (int) DataUtils.readHexLong(said, "fletcher", 0);
            return told == DataUtils.getFletcher32(covered, 0, covered.length)
                    ? DataUtils.readHexLong(said, "version", -1)
                    : -1;
        } catch (MVStoreException damaged) {
            return -1;
        }
    }

    /** As MVStore writes it. */
    private ByteBuffer head(SFChunk newest) {
        storeHeader.put("block", newest.block);
        storeHeader.put("chunk", newest.id);
        storeHeader.put("version", newest.version);
        storeHeader.remove("clean");
        StringBuilder said = new StringBuilder();
        DataUtils.appendMap(said, storeHeader);
        byte[] covered = said.toString().getBytes(TEXT);
        DataUtils.appendMap(said, "fletcher", DataUtils.getFletcher32(covered, 0, covered.length));
        byte[] line = said.append('\n').toString().getBytes(TEXT);
        return ByteBuffer.allocate(2 * BLOCK).put(0, line).put(BLOCK, line);
    }
}
