package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.Entry;
import java.util.List;

/** How big entries are, in bytes. */
public final class EntrySizes {
    private EntrySizes() {
    }

    /** What entries take in an encoding, without framing. */
    public static long encoded(List<Entry> entries) {
        long size = 0;
        for (int i = 0; i < entries.size(); i++) {
            size += entries.get(i).getSerializedSize();
        }
        return size;
    }

    /** What entries carry. Entries that raft makes by itself carry nothing. */
    public static long payload(List<Entry> entries) {
        long size = 0;
        for (int i = 0; i < entries.size(); i++) {
            size += entries.get(i).getData().size();
        }
        return size;
    }

    /** The longest prefix that encodes to no more than {@code maxBytes}, and at least one entry where there is one. */
    public static List<Entry> limit(List<Entry> entries, long maxBytes) {
        long size = 0;
        for (int i = 0; i < entries.size(); i++) {
            size += entries.get(i).getSerializedSize();
            if (size > maxBytes && i > 0) {
                return entries.subList(0, i);
            }
        }
        return entries;
    }
}
