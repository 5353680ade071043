package org.example.drawbore.jsonl;

import io.drawbore.api.ChangeFeed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes changes to the end of a file, each once, though they may be delivered more than once: the last line of a
 * revision says so ({@code "done"}), and where the file ends with anything else, because the process or the machine
 * stopped, that is cut off when the feed opens; it goes on behind what is left. One thread.
 */
final class JsonlFeed implements ChangeFeed {
    private Path file;
    private boolean sync;
    private FileChannel out;
    private long done;

    /** Before anything else. */
    void writeTo(Path changes, boolean synced) {
        file = changes;
        sync = synced;
    }

    @Override
    public String name() {
        return "jsonl";
    }

    /** The file knows better than the host: what was written last may not have been noted as delivered. */
    @Override
    public long open(long cursor) throws IOException {
        close();
        boolean made = !Files.exists(file);
        out = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        FileEnd end = FileEnd.of(out);
        if (end.bytes() < out.size()) {
            out.truncate(end.bytes());
        }
        out.position(end.bytes());
        if (sync) {
            out.force(true);
        }
        if (made && sync) {
            try (FileChannel names = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                names.force(true);
            }
        }
        done = end.done();
        return done;
    }

    @Override
    public void deliver(Item item) throws IOException {
        byte[] lines = Lines.of(item, done);
        for (ByteBuffer left = ByteBuffer.wrap(lines); left.hasRemaining(); ) {
            out.write(left);
        }
        if (sync) {
            out.force(false);
        }
        switch (item) {
            case Item.Changes changes -> done = Math.max(done, changes.revision());
            case Item.StateEnd end -> done = end.revision();
            case Item.Gap ignored -> {}
            case Item.State ignored -> {}
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
