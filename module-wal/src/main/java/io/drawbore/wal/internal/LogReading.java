package io.drawbore.wal.internal;

import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over all segments, which changes nothing: what the log holds, where it ends, and how. Refuses a log that
 * lost
 * what had been durable. One thread.
 */
final class LogReading {
    /** A checksum and whose log it is. */
    private static final int HEAD_RECORDS = 2;

    private final LogStoreProvider.Options options;
    private final List<SegmentName> names;
    private final PersistFile.Found persistFound;
    private final @Nullable PersistRecord persist;
    private final LogContents contents = new LogContents();
    private LogPosition end = new LogPosition(0, 0);
    private @Nullable Integer crc;
    private int recordsInSegment;
    private long zeroUntil;
    private LogRecovery.Tail tail = LogRecovery.Tail.CLEAN;
    /** Whether a record ends where the persist record says that one does. */
    private boolean persistMet;
    /** Whether a mark, or nothing good, follows there. */
    private boolean marked;

    private LogReading(LogStoreProvider.Options options, List<SegmentName> names, PersistFile.Found found) {
        this.options = options;
        this.names = names;
        this.persistFound = found;
        this.persist = found instanceof PersistFile.Found.Whole whole ? whole.newest() : null;
    }

    /** Reads some segments without a gap between them. */
    static LogReading of(LogStoreProvider.Options options, List<SegmentName> names, PersistFile.Found found)
            throws IOException {
        LogReading reading = new LogReading(options, names, found);
        for (SegmentName name : names) {
            reading.readSegment(name);
        }
        reading.checkWhole();
        return reading;
    }

    private void readSegment(SegmentName name) throws IOException {
        Path path = options.folder().resolve(name.toString());
        boolean isLast = name.equals(names.getLast());
        try (VfsFile file = options.vfs().open(path, Vfs.Mode.READ);
                SegmentReader reader = new SegmentReader(file, crc)) {
            end = new LogPosition(name.sequence(), 0);
            Optional<String> bad = readRecords(reader);
            if (!isLast) {
                if (bad.isPresent()) {
                    throw LogOpening.corrupt(path, end.offset(), bad.get());
                }
                return;
            }
            judgeEnd(path, bad, TailScan.of(file, end.offset()));
        }
    }

    /** Takes in records up to the end or a bad one; answers why that is bad. */
    private Optional<String> readRecords(SegmentReader reader) throws IOException {
        recordsInSegment = 0;
        for (SegmentReader.Found found = reader.next(); found != null; found = reader.next()) {
            try {
                requireHead(recordsInSegment, found.type());
                contents.accept(found.type(), found.data());
            } catch (LogContents.Implausible e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            passed(found);
            recordsInSegment++;
        }
        return reader.badness() == null && recordsInSegment < HEAD_RECORDS
                ? Optional.of("the segment ends within its head")
                : Optional.ofNullable(reader.badness());
    }

    private static void requireHead(int number, RecordType type) throws LogContents.Implausible {
        boolean isHead = switch (number) {
            case 0 -> type == RecordType.CRC;
            case 1 -> type == RecordType.METADATA;
            default -> true;
        };
        if (!isHead) {
            throw new LogContents.Implausible("a segment does not begin with a record of type " + type);
        }
    }

    private void passed(SegmentReader.Found found) {
        if (persist != null && end.equals(persist.position())) {
            marked = found.type() == RecordType.CRC;
        }
        end = new LogPosition(end.sequence(), found.end());
        crc = found.crc();
        if (persist != null && end.equals(persist.position())) {
            persistMet = found.crc() == persist.crc();
            // until a record follows there that is none
            marked = true;
        }
    }

    private void judgeEnd(Path path, Optional<String> bad, TailScan scan) {
        boolean covered = persist != null && persist.position().compareTo(end) > 0;
        if (bad.isEmpty() && scan.isEmpty()) {
            if (covered) {
                throw LogOpening.corrupt(path, end.offset(), "the log ends here, though more of it had been durable");
            }
            return;
        }
        String why = bad.orElse("zeros lie before other bytes");
        if (recordsInSegment < HEAD_RECORDS) {
            // a head is durable before its segment gets a name
            throw LogOpening.corrupt(path, end.offset(), why);
        }
        TailVerdict verdict = TailVerdict.of(
                new TailVerdict.Evidence(covered, scan.laterBatch(), scan.laterRecord(), scan.hole()), writer());
        tail = switch (verdict) {
            case CORRUPTION -> throw LogOpening.corrupt(path, end.offset(), why);
            case TORN -> LogRecovery.Tail.TORN;
            case UNSAFE -> LogRecovery.Tail.UNSAFE;
        };
        zeroUntil = scan.end();
    }

    private TailVerdict.Writer writer() {
        return switch (persistFound) {
            case PersistFile.Found.Whole whole ->
                marked ? TailVerdict.Writer.MARKED : TailVerdict.Writer.UNMARKED;
            case PersistFile.Found.Damaged damaged -> TailVerdict.Writer.UNKNOWN;
            case PersistFile.Found.Missing missing -> TailVerdict.Writer.UNMARKED;
        };
    }

    private void checkWhole() {
        boolean speaksOfThis = persist != null && persist.position().sequence() >= names.getFirst().sequence();
        if (speaksOfThis && !persistMet) {
            throw LogOpening.corrupt(
                    lastFile(), end.offset(), "it is not the log of which " + PersistFile.NAME + " tells");
        }
        try {
            contents.finish();
        } catch (LogContents.Implausible e) {
            throw LogOpening.corrupt(lastFile(), end.offset(), e.getMessage());
        }
    }

    /** The segment that was read last. */
    Path lastFile() {
        return options.folder().resolve(names.getLast().toString());
    }

    LogContents contents() {
        return contents;
    }

    /** Behind the last good record. */
    LogPosition end() {
        return end;
    }

    /** The checksum there. */
    int crc() {
        return crc == null ? 0 : crc;
    }

    /** Up to where the last segment holds bytes that are no part of the log; 0 where it holds none. */
    long zeroUntil() {
        return zeroUntil;
    }

    LogRecovery.Tail tail() {
        return tail;
    }
}
