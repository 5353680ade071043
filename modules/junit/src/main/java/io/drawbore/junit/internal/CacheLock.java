package io.drawbore.junit.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Lets one JVM at a time unpack into a cache, or delete from it. Where there can't be a lock, as in a folder that is
 * only read, it isn't held: unpacking is safe all the same, deleting is not. One thread of this JVM at a time.
 */
final class CacheLock implements AutoCloseable {
    private static final String NAME = ".lock";

    private final @Nullable FileChannel channel;

    private CacheLock(final @Nullable FileChannel channel) {
        this.channel = channel;
    }

    /** Waits until no other JVM has it. */
    static CacheLock take(final Path cache) {
        FileChannel opened = null;
        try {
            opened = FileChannel.open(cache.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            opened.lock();
            return new CacheLock(opened);
        } catch (final IOException | OverlappingFileLockException impossible) {
            // the latter: another class loader of this JVM has it
            new CacheLock(opened).close();
            return new CacheLock(null);
        }
    }

    boolean isHeld() {
        return channel != null;
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException closedAllTheSame) {
            return;
        }
    }
}
