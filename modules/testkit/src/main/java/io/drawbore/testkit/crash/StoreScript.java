package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.Table;
import io.drawbore.api.WriteTx;
import io.drawbore.testkit.MemoryBackendProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A scripted life of a store: commit n does the same to every store that holds commit n - 1. Batches of entries with
 * rows small and large, tombstones, small tables and digests; every ninth commit is a compaction, after which free
 * space is given back; now and then the script asks what is durable.
 *
 * @param seed which script
 * @param commits how many commits it has
 */
public record StoreScript(long seed, int commits) {
    private static final int LARGE = 20_000;
    private static final long RECLAIMED = 8_192;

    /** Said before commit n begins: {@code begun n}. */
    public static final String BEGUN = "begun ";
    /** Said when commit n has returned: {@code committed n}. */
    public static final String COMMITTED = "committed ";
    /** Said when what commit n did is durable: {@code durable n}. */
    public static final String DURABLE = "durable ";

    /** The contents, by {@link StoreContent}, after each commit; the first is the new store's. */
    public List<String> contents() {
        List<String> contents = new ArrayList<>();
        try (Backend memory = new MemoryBackendProvider().disk(Path.of("script")).open(1)) {
            contents.add(content(memory));
            for (int n = 1; n <= commits; n++) {
                commit(memory, n);
                contents.add(content(memory));
            }
        }
        return contents;
    }

    /** What a store holds now. */
    public static String content(Backend backend) {
        try (ReadTx view = backend.read()) {
            return StoreContent.digest(view);
        }
    }

    /** Plays the script to its end on a store that holds commit {@code done}, and says how far it is. */
    public void play(Backend backend, int done, Consumer<String> marks) {
        for (int n = done + 1; n <= commits; n++) {
            marks.accept(BEGUN + n);
            commit(backend, n);
            marks.accept(COMMITTED + n);
            if (n % 9 == 0) {
                reclaim(backend);
            }
            if (n % 7 == 0) {
                backend.makeDurable();
                marks.accept(DURABLE + n);
            }
        }
    }

    private void commit(Backend backend, int n) {
        Random random = new Random(seed * 1_000_003 + n);
        try (WriteTx write = backend.begin()) {
            if (n % 9 == 0) {
                compact(write);
            } else {
                batch(write, n, random);
            }
        }
    }

    private static void compact(WriteTx write) {
        Revision end = Revision.END;
        List<Revision> oldest = write.scan(new Revision(0, 0), end, 6, ReadTx.Content.HEADS).stream()
                .map(KeyRow::revision)
                .toList();
        write.remove(oldest);
        write.set(Counter.COMPACT_REVISION, oldest.getLast().main());
        write.commitUnchanged();
    }

    /** In several steps, and not all of it, so that the next commits fill free pages too. */
    private static void reclaim(Backend backend) {
        for (int i = 0; i < 3; i++) {
            backend.reclaim(RECLAIMED);
        }
        backend.shrink();
    }

    private static void batch(WriteTx write, int n, Random random) {
        long index = write.applied().index();
        long revision = write.counter(Counter.REVISION);
        List<EntryDigest> digests = new ArrayList<>();
        int entries = 1 + random.nextInt(3);
        for (int i = 0; i < entries; i++) {
            index++;
            revision++;
            int rows = 1 + random.nextInt(3);
            for (int sub = 0; sub < rows; sub++) {
                write.put(row(new Revision(revision, sub), random));
            }
            digests.add(new EntryDigest(index, random.nextLong(), random.nextLong(), revision, n));
        }
        ByteString name = ByteString.copyFromUtf8("member" + n % 4);
        if (n % 5 == 0) {
            write.put(Table.MEMBER, name, bytes(random, 100));
        } else if (n % 5 == 3) {
            write.delete(Table.MEMBER, name);
        }
        write.set(Counter.REVISION, revision);
        write.record(digests);
        write.commit(new Applied(index, 1 + n / 10));
    }

    private static KeyRow row(Revision revision, Random random) {
        ByteString key = ByteString.copyFromUtf8("key" + random.nextInt(20));
        return switch (random.nextInt(8)) {
            case 0 -> KeyRow.tombstone(revision, key);
            case 1 -> KeyRow.put(revision, key, revision.main(), 1, 7, bytes(random, LARGE));
            default -> KeyRow.put(revision, key, 1, revision.main(), 0, bytes(random, 1 + random.nextInt(300)));
        };
    }

    private static ByteString bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
