package io.drawbore.wal.internal;

import io.drawbore.api.CorruptionException;
import io.drawbore.api.LogContent;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.etcdserverpb.Metadata;
import io.drawbore.proto.walpb.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a log, or reads one from its first record to its last, judges its end, repairs that and goes on there. */
public final class LogOpening {
    private static final Logger LOG = LoggerFactory.getLogger(LogOpening.class);
    private static final int ZERO_BYTES = 1 << 18;

    private final LogStoreProvider.Options options;
    private final SparePool spares;

    /** For one call. */
    public LogOpening(LogStoreProvider.Options options, Executor cleaning) {
        this.options = options;
        this.spares = new SparePool(options.vfs(), options.spareSegments(), options.fsync(), cleaning);
    }

    /** Whether there is a log; see {@link LogStoreProvider#exists}. */
    public boolean exists() throws IOException {
        return options.vfs().exists(options.folder()) && !Segments.list(options).isEmpty();
    }

    /** Makes a log; see {@link LogStoreProvider#create}. */
    public EtcdLog create(MemberIdentity owner) throws IOException {
        makeFolder();
        if (!Segments.list(options).isEmpty()) {
            throw new StorageException(options.folder() + ": there is a log already");
        }
        Segments.deleteTemporary(options);
        Metadata metadata = Metadata.newBuilder()
                .setNodeID(owner.memberId())
                .setClusterID(owner.clusterId())
                .build();
        Snapshot origin = Snapshot.newBuilder().setIndex(0).setTerm(0).build();
        RecordBuffer head = new RecordBuffer(0);
        head.putCrc();
        head.put(RecordType.METADATA, metadata);
        head.put(RecordType.SNAPSHOT, origin);
        ByteBuffer frames = head.frames();
        LogPosition end = new LogPosition(0, frames.remaining());
        PersistFile persist = newPersistFile(new PersistRecord(1, false, 0, end, head.crc()));
        Segments segments = Segments.create(options, spares, frames);
        return new EtcdLog(options, metadata, segments, persist, head.crc(), new LogContents());
    }

    private void makeFolder() throws IOException {
        List<Path> toSync = new ArrayList<>();
        Path at = options.folder().toAbsolutePath().getParent();
        while (at != null) {
            toSync.add(at);
            at = options.vfs().exists(at) ? null : at.getParent();
        }
        options.vfs().createFolder(options.folder());
        for (Path folder : options.fsync() ? toSync : List.<Path>of()) {
            options.vfs().syncFolder(folder);
        }
    }

    private PersistFile newPersistFile(PersistRecord first) throws IOException {
        PersistFile made = PersistFile.create(options.vfs(), options.folder(), first, options.fsync());
        if (options.fsync()) {
            options.vfs().syncFolder(options.folder());
        }
        return made;
    }

    /** Opens a log; see {@link LogStoreProvider#open}. */
    public LogRecovery open() throws IOException {
        List<SegmentName> all = segments();
        List<SegmentName> names = withoutLeftovers(all);
        PersistFile.Found found = PersistFile.read(options.vfs(), options.folder());
        LogReading reading = LogReading.of(options, names, found);
        LogRecovery.Tail tail = wasUnsafe(found) ? LogRecovery.Tail.UNSAFE : reading.tail();
        VfsFile last = options.vfs().open(options.folder().resolve(names.getLast().toString()), Vfs.Mode.READ_WRITE);
        PersistFile persist = repair(reading, found, last, tail);
        deleteLeftovers(all, names);
        Segments segments = Segments.from(options, spares, names, last, reading.end().offset());
        LogContents contents = reading.contents();
        Metadata owner = contents.metadata();
        return new LogRecovery(
                new EtcdLog(options, owner, segments, persist, reading.crc(), contents),
                new MemberIdentity(owner.getNodeID(), owner.getClusterID()),
                contents.hardState(),
                contents.start(),
                contents.confState(),
                contents.entries(),
                tail);
    }

    /** Reads a log; see {@link LogStoreProvider#read}. */
    public LogContent read() throws IOException {
        PersistFile.Found found = PersistFile.read(options.vfs(), options.folder());
        LogReading reading = LogReading.of(options, withoutLeftovers(segments()), found);
        LogContents contents = reading.contents();
        Metadata owner = contents.metadata();
        return new LogContent(
                new MemberIdentity(owner.getNodeID(), owner.getClusterID()),
                contents.hardState(),
                contents.start(),
                contents.confState(),
                contents.entries(),
                wasUnsafe(found) ? LogRecovery.Tail.UNSAFE : reading.tail());
    }

    private List<SegmentName> segments() throws IOException {
        List<SegmentName> all = options.vfs().exists(options.folder()) ? Segments.list(options) : List.of();
        if (all.isEmpty()) {
            throw new StorageException(options.folder() + ": there is no log");
        }
        return all;
    }

    private static boolean wasUnsafe(PersistFile.Found found) {
        return found instanceof PersistFile.Found.Whole whole && whole.newest().unsafeTail();
    }

    /** The segments behind the last gap: a release that was cut short may have left some before it. */
    private static List<SegmentName> withoutLeftovers(List<SegmentName> all) {
        int first = all.size() - 1;
        while (first > 0 && all.get(first - 1).sequence() == all.get(first).sequence() - 1) {
            first--;
        }
        return all.subList(first, all.size());
    }

    private void deleteLeftovers(List<SegmentName> all, List<SegmentName> kept) throws IOException {
        Segments.deleteTemporary(options);
        for (SegmentName name : all.subList(0, all.size() - kept.size())) {
            LOG.info("{}: deleted, a release had been cut short", options.folder().resolve(name.toString()));
            options.vfs().delete(options.folder().resolve(name.toString()));
        }
        if (options.fsync()) {
            // the tail's own name too: its maker may have ended before it was durable
            options.vfs().syncFolder(options.folder());
        }
    }

    /**
     * Makes durable what was read, then zeroes what lies behind it. An unsafe tail is noted first, so that it is still
     * known
     * after the power went in between.
     */
    private PersistFile repair(LogReading reading, PersistFile.Found found, VfsFile last, LogRecovery.Tail tail)
            throws IOException {
        if (options.fsync()) {
            last.sync();
        }
        PersistFile persist = persistFile(reading, found, tail);
        if (reading.zeroUntil() > reading.end().offset()) {
            LOG.warn("{}: the record at {} was cut off: {}", reading.lastFile(), reading.end().offset(), tail);
            zero(last, reading.end().offset(), reading.zeroUntil());
        }
        return persist;
    }

    private PersistFile persistFile(LogReading reading, PersistFile.Found found, LogRecovery.Tail tail)
            throws IOException {
        boolean unsafe = tail == LogRecovery.Tail.UNSAFE;
        long lastIndex = reading.contents().lastIndex();
        if (!(found instanceof PersistFile.Found.Whole whole)) {
            return newPersistFile(new PersistRecord(1, unsafe, lastIndex, reading.end(), reading.crc()));
        }
        PersistFile persist = PersistFile.open(options.vfs(), options.folder(), whole.newest());
        if (options.fsync()) {
            persist.covers(lastIndex, reading.end(), reading.crc(), unsafe);
            persist.sync();
        }
        return persist;
    }

    private void zero(VfsFile file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZERO_BYTES);
        for (long at = from; at < to; at += ZERO_BYTES) {
            file.write(zeros.position(0).limit((int) Math.min(ZERO_BYTES, to - at)), at);
        }
        if (options.fsync()) {
            file.sync();
        }
    }

    /** The refusal of a log, with the way out. */
    static CorruptionException corrupt(Path file, long offset, @Nullable String why) {
        return new CorruptionException(file + ": the log is corrupt at offset " + offset + ": " + why
                + ". Nothing was changed. Remove this member and add it again, or restore it from a snapshot; if the"
                + " log was put here on purpose, delete " + PersistFile.NAME + " beside it.");
    }
}
