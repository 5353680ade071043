package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** The bytes of a rebuilt file. One thread. */
final class FileContent {
    private byte[] bytes;
    private int size;

    FileContent() {
        this(new byte[0], 0);
    }

    private FileContent(byte[] bytes, int size) {
        this.bytes = bytes;
        this.size = size;
    }

    FileContent copy() {
        return new FileContent(Arrays.copyOf(bytes, size), size);
    }

    void apply(DiskEvent event) {
        switch (event) {
            case DiskEvent.Written written -> write(written.offset(), written.data());
            case DiskEvent.Truncated truncated -> truncate(Math.toIntExact(truncated.size()));
            default -> throw new IllegalArgumentException(event + " does not change a file's bytes");
        }
    }

    void write(long offset, ByteString data) {
        int at = Math.toIntExact(offset);
        int end = at + data.size();
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        data.copyTo(bytes, at);
        size = Math.max(size, end);
    }

    private void truncate(int newSize) {
        if (newSize < size) {
            Arrays.fill(bytes, newSize, size, (byte) 0);
        } else if (newSize > bytes.length) {
            bytes = Arrays.copyOf(bytes, newSize);
        }
        size = newSize;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
