package org.example.drawbore.mvstore;

import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * The numbers of a store, one row. As bytes: checksum 4, applied index 8 and term 8, rows 8, bytes of content 8, the
 * counters 8 each.
 *
 * @param rows how many key rows there are
 * @param content bytes of all rows
 */
record Numbers(Applied applied, long rows, long content, Map<Counter, Long> counters) {
    private static final int LENGTH = Codec.CHECKSUM + (4 + Counter.values().length) * Long.BYTES;

    /** Those of a new store. */
    static Numbers initial(Applied applied) {
        Map<Counter, Long> counters = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counters.put(counter, counter.initial());
        }
        return new Numbers(applied, 0, 0, counters);
    }

    byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(LENGTH).putInt(0);
        out.putLong(applied.index()).putLong(applied.term()).putLong(rows).putLong(content);
        for (Counter counter : Counter.values()) {
            out.putLong(counters.get(counter));
        }
        return Codec.sealed(out);
    }

    static boolean fits(byte[] stored) {
        return stored.length == LENGTH && Codec.isSealed(stored);
    }

    static Numbers of(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored).position(Codec.CHECKSUM);
        Applied applied = new Applied(in.getLong(), in.getLong());
        long rows = in.getLong();
        long content = in.getLong();
        Map<Counter, Long> counters = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counters.put(counter, in.getLong());
        }
        return new Numbers(applied, rows, content, counters);
    }

    Numbers with(Counter counter, long value) {
        Map<Counter, Long> changed = new EnumMap<>(counters);
        changed.put(counter, value);
        return new Numbers(applied, rows, content, changed);
    }

    Numbers with(Applied entry) {
        return new Numbers(entry, rows, content, counters);
    }

    /** With so many more rows and bytes; fewer where they are negative. */
    Numbers grown(long moreRows, long moreBytes) {
        return new Numbers(applied, rows + moreRows, content + moreBytes, counters);
    }
}
