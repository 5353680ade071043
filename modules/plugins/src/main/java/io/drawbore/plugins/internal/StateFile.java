package io.drawbore.plugins.internal;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.mvccpb.KeyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file in which all keys of one revision wait for a feed, so that the store need not have that revision any more
 * when their turn comes. Parts, each behind its length and the CRC32C of its bytes; never durable, and gone when it is
 * closed or the feed begins anew. One thread at a time.
 */
final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
    private static final int HEAD_BYTES = 8;

    private final Vfs vfs;
    private final Path folder;
    private final Path file;

    /**
     * A file that is not there, unless an earlier start left one behind.
     *
     * @param folder is made with the file
     * @param feed the feed's name
     */
    StateFile(Vfs vfs, Path folder, String feed) {
        this.vfs = vfs;
        this.folder = folder;
        this.file = folder.resolve("feed-" + feed + ".state");
    }

    /** Deletes it where it is there; what is left is deleted by the next start. */
    void delete() {
        try {
            if (vfs.exists(file)) {
                vfs.delete(file);
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("error", e.getMessage())
                    .log("the keys kept for a change feed cannot be deleted");
        }
    }

    /** Makes it, empty. */
    Parts create() throws IOException {
        vfs.createFolder(folder);
        delete();
        return new Parts(vfs.open(file, Vfs.Mode.CREATE));
    }

    /** What is in it: first all is added, then all is taken. */
    final class Parts implements AutoCloseable {
        private final VfsFile open;
        private long added;
        private long taken;

        private Parts(VfsFile open) {
            this.open = open;
        }

        /** Adds some keys behind those that are there. */
        void add(List<KeyValue> keys) throws IOException {
            byte[] bytes = RangeResponse.newBuilder().addAllKvs(keys).build().toByteArray();
            ByteBuffer part = ByteBuffer.allocate(HEAD_BYTES + bytes.length);
            part.putInt(bytes.length).putInt(checksum(bytes)).put(bytes).flip();
            open.write(part, added);
            added += HEAD_BYTES + bytes.length;
        }

        /** The next keys; null when all were taken. */
        @Nullable List<KeyValue> next() throws IOException {
            if (taken == added) {
                return null;
            }
            ByteBuffer head = read(taken, HEAD_BYTES);
            int length = head.getInt();
            int checksum = head.getInt();
            if (length < 0 || length > added - taken - HEAD_BYTES) {
                throw damaged();
            }
            byte[] bytes = read(taken + HEAD_BYTES, length).array();
            if (checksum(bytes) != checksum) {
                throw damaged();
            }
            taken += HEAD_BYTES + length;
            return RangeResponse.parseFrom(bytes).getKvsList();
        }

        private ByteBuffer read(long position, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            if (open.read(bytes, position) != length) {
                throw damaged();
            }
            return bytes.flip();
        }

        private IOException damaged() {
            return new IOException(file + " is damaged at " + taken);
        }

        /** Deletes the file. */
        @Override
        public void close() throws IOException {
            try (open) {
                delete();
            }
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
