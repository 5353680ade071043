package org.example.drawbore.mvstore;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.h2.mvstore.DataUtils;
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

    /** As MVStore writes it. */
    private ByteBuffer head(SFChunk newest) {
        storeHeader.put("block", newest.block);
        storeHeader.put("chunk", newest.id);
        storeHeader.put("version", newest.version);
        storeHeader.remove("clean");
        StringBuilder said = new StringBuilder();
        DataUtils.appendMap(said, storeHeader);
        byte[] covered = said.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(said, "fletcher", DataUtils.getFletcher32(covered, 0, covered.length));
        byte[] line = said.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(2 * BLOCK).put(0, line).put(BLOCK, line);
    }
}
