package io.drawbore.bench.micro;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes raft entries that put values of 256 bytes under random keys of a space of 100,000. One thread. */
final class Entries {
    static final int KEYS = 100_000;
    private static final int VALUE_BYTES = 256;
    private static final long SEED = 1;

    private final Random random = new Random(SEED);
    private final ByteString value = ByteString.copyFrom(new byte[VALUE_BYTES]);
    private long index;

    /** The key of a number below {@link #KEYS}; keys sort as their numbers do. */
    static ByteString key(final int number) {
        return ByteString.copyFromUtf8(String.format(Locale.ROOT, "key-%08d", number));
    }

    /** The next so many entries of the log. */
    List<Entry> next(final int count) {
        final var entries = new ArrayList<Entry>(count);
        for (int i = 0; i < count; i++) {
            index++;
            final InternalRaftRequest put = InternalRaftRequest.newBuilder()
                    .setID(index)
                    .setPut(PutRequest.newBuilder().setKey(key(random.nextInt(KEYS))).setValue(value))
                    .build();
            entries.add(Entry.newBuilder()
                    .setIndex(index)
                    .setTerm(1)
                    .setType(EntryType.EntryNormal)
                    .setData(put.toByteString())
                    .build());
        }
        return entries;
    }
}
