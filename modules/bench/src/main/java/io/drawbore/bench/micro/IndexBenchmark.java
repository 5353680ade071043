package io.drawbore.bench.micro;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.WriteTx;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.testkit.MemoryDisk;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The keyspace of 100,000 keys over a store in memory, so that the index and what is built of it is most of what is
 * measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class IndexBenchmark {
    private static final int VIEWS = 4;
    private static final int BATCH = 1_000;
    private static final long SEED = 2;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[16]);

    private final Random random = new Random(SEED);
    private final Backend backend = new MemoryDisk().open(VIEWS);
    private final Keyspace keyspace = Keyspace.load(backend);
    private long index;

    /** JMH makes one for each parameter. */
    public IndexBenchmark() {}

    /** Puts every key once. */
    @Setup
    public void fill() {
        for (int first = 0; first < Entries.KEYS; first += BATCH) {
            final int from = first;
            write(BATCH, number -> from + number);
        }
    }

    /** A batch of a thousand puts to random keys. */
    @Benchmark
    public void insertThousand() {
        write(BATCH, _ -> random.nextInt(Entries.KEYS));
    }

    /** One key. */
    @Benchmark
    public Object point() {
        return keyspace.range(RangeRequest.newBuilder()
                .setKey(Entries.key(random.nextInt(Entries.KEYS)))
                .build());
    }

    /** A hundred keys in order. */
    @Benchmark
    public Object rangeOfHundred() {
        return keyspace.range(fromRandom().setLimit(100).build());
    }

    /** Up to all keys, counted only. */
    @Benchmark
    public Object count() {
        return keyspace.range(fromRandom().setCountOnly(true).build());
    }

    private RangeRequest.Builder fromRandom() {
        return RangeRequest.newBuilder()
                .setKey(Entries.key(random.nextInt(Entries.KEYS)))
                .setRangeEnd(ByteString.copyFromUtf8("kez"));
    }

    /** Chooses a key. */
    private interface Choice {
        int key(int number);
    }

    private void write(final int puts, final Choice choice) {
        try (WriteTx tx = backend.begin()) {
            final KeyspaceWriter writer = keyspace.writer(tx);
            for (int i = 0; i < puts; i++) {
                writer.put(
                        PutRequest.newBuilder()
                                .setKey(Entries.key(choice.key(i)))
                                .setValue(VALUE)
                                .build(),
                        true);
            }
            index++;
            tx.commit(new Applied(index, 1));
            keyspace.publish(writer.revision());
        }
        // A disk in memory keeps every commit until it is durable.
        backend.makeDurable();
    }
}
