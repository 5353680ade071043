package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of files. */
final class FileDigest {
    private static final int BLOCK_BYTES = 256 << 10;

    private FileDigest() {}

    /** A digest of nothing yet. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The digest of all of a file's bytes. */
    static ByteString sha256(VfsFile file) throws IOException {
        MessageDigest sha256 = sha256();
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        long at = 0;
        int read = file.read(block, at);
        while (read > 0) {
            at += read;
            sha256.update(block.flip());
            read = file.read(block.clear(), at);
        }
        return UnsafeByteOperations.unsafeWrap(sha256.digest());
    }
}
