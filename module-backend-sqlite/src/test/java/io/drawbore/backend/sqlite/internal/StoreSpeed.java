package io.drawbore.backend.sqlite.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** Measures, by hand, what an entry of 256 B costs the apply thread; asserts nothing. */
final class StoreSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final ByteString KEY = ByteString.copyFrom(new byte[32]);
    private static final ByteString VALUE = ByteString.copyFrom(new byte[256]);

    private StoreSpeed() {}

    /** Takes the folder to work in, which must be empty. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        try (Backend store = new SqlitePlugin().backends().getFirst().open(new BackendProvider.Options(folder, 4))) {
            long index = 0;
            for (int round = 0; round < 3; round++) {
                for (int batch : new int[] {1, 100, 1_000}) {
                    index = write(store, index, batch, batch == 1 ? 20_000 : 100_000);
                }
            }
            long last = index;
            read("row", 20_000, 1, n -> one(store, new Revision(1 + n * 7_919 % last, 0)));
            read("rows of 64", 500, 64, n -> rows(store, last, n));
            read("scan of 1,000", 100, 1_000, n -> scan(store, 1 + n * 1_000 % last));
            System.out.println(store.size());
        }
    }

    private static long write(Backend store, long index, int batch, int entries) {
        long[] nanos = new long[entries / batch];
        long cpu = THREADS.getCurrentThreadCpuTime();
        long next = index;
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            next = commit(store, next, batch);
            nanos[i] = System.nanoTime() - start;
        }
        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        Arrays.sort(nanos);
        System.out.printf(
                "batch %d: %.1f us CPU an entry, commit p50 %d us, p99 %d us%n",
                batch,
                cpu / 1e3 / entries,
                nanos[nanos.length / 2] / 1_000,
                nanos[nanos.length * 99 / 100] / 1_000);
        return next;
    }

    private static long commit(Backend store, long index, int batch) {
        List<EntryDigest> digests = new ArrayList<>(batch);
        long last = index;
        try (WriteTx write = store.begin()) {
            for (int i = 0; i < batch; i++) {
                last++;
                write.put(KeyRow.put(new Revision(last, 0), KEY, last, 1, 0, VALUE));
                digests.add(new EntryDigest(last, last, last, last, last));
            }
            write.set(Counter.REVISION, last);
            write.record(digests);
            write.commit(new Applied(last, 1));
        }
        return last;
    }

    private static void read(String what, int times, int rows, LongConsumer read) {
        for (int round = 0; round < 2; round++) {
            long cpu = THREADS.getCurrentThreadCpuTime();
            LongStream.range(0, times).forEach(read);
            cpu = THREADS.getCurrentThreadCpuTime() - cpu;
            System.out.printf("%s: %.2f us CPU a row%n", what, cpu / 1e3 / times / rows);
        }
    }

    private static void one(Backend store, Revision revision) {
        try (ReadTx view = store.read()) {
            view.row(revision);
        }
    }

    private static void rows(Backend store, long last, long n) {
        List<Revision> asked = new ArrayList<>();
        for (long i = 0; i < 64; i++) {
            asked.add(new Revision(1 + (n * 64 + i) * 7_919 % last, 0));
        }
        try (ReadTx view = store.read()) {
            view.rows(asked);
        }
    }

    private static void scan(Backend store, long from) {
        try (ReadTx view = store.read()) {
            view.scan(new Revision(from, 0), new Revision(from + 1_000, 0), 1_000, ReadTx.Content.VALUES);
        }
    }
}
