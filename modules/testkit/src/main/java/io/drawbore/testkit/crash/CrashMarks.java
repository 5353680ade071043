package io.drawbore.testkit.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a recorded process says about itself, at the very place of the record where it says it: lines written to a file
 * of the recorded folder that no replay rebuilds. Thread-safe.
 */
public final class CrashMarks implements AutoCloseable {
    /** The file's name; directly in the recorded folder. */
    public static final String FILE = "crash.marks";

    private final FileChannel channel;

    /** Begins the file in the recorded folder. */
    public CrashMarks(Path folder) {
        try {
            channel = FileChannel.open(
                    folder.resolve(FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says one thing, in one write, so that it is one event of the record. */
    public synchronized void mark(String text) {
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
