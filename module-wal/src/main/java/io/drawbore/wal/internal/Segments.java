package io.drawbore.wal.internal;

import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The files of one log, of which the last, the tail, is written. Used by the log's thread.
 *
 * <p>Bytes are written only where zeros were allocated before: a sync then moves data but no file size, which costs a
 * third
 * of the time, and what a torn write left out reads as zeros. A file that was used before is full of zeros already; a
 * new
 * one is filled ahead, a piece at a time.
 */
final class Segments implements AutoCloseable {
    /** How far ahead of the records a new file is filled, in bytes. */
    private static final int FILL_BYTES = 1 << 20;

    private final LogStoreProvider.Options options;
    private final SparePool spares;
    private final Deque<SegmentName> names;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    private VfsFile tail;
    private long offset;
    private long allocated;

    private Segments(
            LogStoreProvider.Options options, SparePool spares, Deque<SegmentName> names, VfsFile tail, long offset)
            throws IOException {
        this.options = options;
        this.spares = spares;
        this.names = names;
        this.tail = tail;
        this.offset = offset;
        this.allocated = tail.size();
    }

    /** Goes on in the last of some segments, which is open for writing and holds zeros from the offset on. */
    static Segments from(
            LogStoreProvider.Options options,
            SparePool spares,
            Collection<SegmentName> names,
            VfsFile tail,
            long offset)
            throws IOException {
        return new Segments(options, spares, new ArrayDeque<>(names), tail, offset);
    }

    /** Makes the first segment, whole and durable before it gets its name; the name is durable too. */
    static Segments create(LogStoreProvider.Options options, SparePool spares, ByteBuffer head) throws IOException {
        SegmentName first = new SegmentName(0, 0);
        VfsFile file = newFile(options, temporary(options, "next", first.sequence()));
        Segments segments = new Segments(options, spares, new ArrayDeque<>(), file, 0);
        segments.write(head);
        segments.nameTail(temporary(options, "next", first.sequence()), first);
        return segments;
    }

    /** Segments in a folder, in order. */
    static List<SegmentName> list(LogStoreProvider.Options options) throws IOException {
        List<SegmentName> found = new ArrayList<>();
        for (String file : options.vfs().list(options.folder())) {
            SegmentName.parse(file).ifPresent(found::add);
        }
        return found;
    }

    /** Deletes what a log that was open before left under temporary names; etcd's own included. */
    static void deleteTemporary(LogStoreProvider.Options options) throws IOException {
        for (String file : options.vfs().list(options.folder())) {
            if (file.endsWith(SparePool.SUFFIX)) {
                options.vfs().delete(options.folder().resolve(file));
            }
        }
    }

    private static VfsFile newFile(LogStoreProvider.Options options, Path path) throws IOException {
        return options.vfs().open(path, Vfs.Mode.CREATE);
    }

    private static Path temporary(LogStoreProvider.Options options, String use, long sequence) {
        return options.folder().resolve(String.format(Locale.ROOT, "%s-%016x%s", use, sequence, SparePool.SUFFIX));
    }

    /** Where the next record goes. */
    LogPosition position() {
        return new LogPosition(names.getLast().sequence(), offset);
    }

    /** The file that is written. */
    Path tailPath() {
        return options.folder().resolve(names.getLast().toString());
    }

    /** Whether the tail has passed the size at which the next segment begins. */
    boolean isFull() {
        return offset >= options.segmentBytes();
    }

    /** Appends whole frames. */
    void write(ByteBuffer frames) throws IOException {
        int bytes = frames.remaining();
        if (options.fsync()) {
            allocate(offset + bytes);
        }
        tail.write(frames, offset);
        offset += bytes;
        allocated = Math.max(allocated, offset);
    }

    private void allocate(long needed) throws IOException {
        if (needed <= allocated) {
            return;
        }
        long ahead = Math.max(needed, Math.min(needed + FILL_BYTES, options.segmentBytes()));
        // what lies below is written with the records
        for (long at = Math.max(allocated, Math.min(needed, ahead)); at < ahead; at += FILL_BYTES) {
            tail.write(zeros.position(0).limit((int) Math.min(FILL_BYTES, ahead - at)), at);
        }
        allocated = ahead;
    }

    void sync() throws IOException {
        if (options.fsync()) {
            tail.sync();
        }
    }

    /** Ends the tail, durable, and begins the next segment with a head that is durable before it gets its name. */
    void begin(long firstIndex, ByteBuffer head) throws IOException {
        tail.truncate(offset);
        sync();
        tail.close();
        SegmentName next = new SegmentName(names.getLast().sequence() + 1, firstIndex);
        Optional<Path> spare = spares.take();
        Path temporary = spare.orElse(temporary(options, "next", next.sequence()));
        tail = spare.isPresent()
                ? options.vfs().open(temporary, Vfs.Mode.READ_WRITE)
                : newFile(options, temporary);
        offset = 0;
        allocated = tail.size();
        write(head);
        nameTail(temporary, next);
    }

    private void nameTail(Path temporary, SegmentName name) throws IOException {
        sync();
        options.vfs().rename(temporary, options.folder().resolve(name.toString()));
        syncFolder();
        names.addLast(name);
    }

    private void syncFolder() throws IOException {
        if (options.fsync()) {
            options.vfs().syncFolder(options.folder());
        }
    }

    /**
     * Lets go of the segments whose entries all lie below an index. One stays whose name does not exceed the index:
     * there
     * etcd begins to read when it opens the log at a snapshot of that index.
     */
    void release(long index) throws IOException {
        List<SegmentName> released = new ArrayList<>();
        while (names.size() > 1 && second().firstIndex() <= index) {
            released.add(names.removeFirst());
        }
        List<Path> kept = new ArrayList<>();
        for (SegmentName name : released) {
            Path file = options.folder().resolve(name.toString());
            if (spares.wantsOne()) {
                Path spare = temporary(options, "spare", name.sequence());
                options.vfs().rename(file, spare);
                kept.add(spare);
            } else {
                options.vfs().delete(file);
            }
        }
        if (!released.isEmpty()) {
            // before any of them is overwritten: none may come back as a segment
            syncFolder();
        }
        kept.forEach(spares::add);
    }

    private SegmentName second() {
        var order = names.iterator();
        order.next();
        return order.next();
    }

    @Override
    public void close() throws IOException {
        spares.close();
        tail.close();
    }
}
