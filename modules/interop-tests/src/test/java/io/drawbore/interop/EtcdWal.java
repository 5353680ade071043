package io.drawbore.interop;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.drawbore.proto.raftpb.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the entries in the log of a stopped etcd, those before its last snapshot too. It checks nothing: what it reads
 * was written a moment ago.
 */
final class EtcdWal {
    /** The kind of a record that holds an entry. */
    private static final int ENTRY = 2;

    /** The length of a record is in the lower bytes of its frame's head, that of its padding in the highest. */
    private static final long LENGTH = (1L << 56) - 1;

    private EtcdWal() {}

    /** All entries by index; where one was written twice, the later one. */
    static List<Entry> entries(final Path folder) throws IOException {
        final var entries = new TreeMap<Long, Entry>();
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.filter(one -> one.toString().endsWith(".wal")).sorted().toList()) {
                read(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN), entries);
            }
        }
        return List.copyOf(entries.values());
    }

    private static void read(final ByteBuffer segment, final TreeMap<Long, Entry> entries) throws IOException {
        while (segment.remaining() >= Long.BYTES) {
            final long head = segment.getLong();
            final int length = (int) (head & LENGTH);
            if (length == 0) {
                return;
            }
            record(CodedInputStream.newInstance(segment.slice(segment.position(), length)), entries);
            final int padding = head < 0 ? (int) (head >>> 56 & 7) : 0;
            segment.position(segment.position() + length + padding);
        }
    }

    private static void record(final CodedInputStream record, final TreeMap<Long, Entry> entries) throws IOException {
        long type = 0;
        for (int tag = record.readTag(); tag != 0; tag = record.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> type = record.readInt64();
                case 3 -> {
                    final byte[] data = record.readByteArray();
                    if (type == ENTRY) {
                        final Entry entry = Entry.parseFrom(data);
                        entries.tailMap(entry.getIndex()).clear();
                        entries.put(entry.getIndex(), entry);
                    }
                }
                default -> record.skipField(tag);
            }
        }
    }
}
