package io.drawbore.bench.micro;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.ReadTx;
import io.drawbore.apply.Applier;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.raftpb.Entry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Applies batches of puts to the store on SQLite, as the apply thread does: one transaction a batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ApplyBenchmark {
    private static final int VIEWS = 4;
    private static final long MIN_TTL_SECONDS = 2;

    /** Entries of a batch. */
    @Param({"1", "100", "1000"})
    public int batch;

    private final Entries entries = new Entries();
    private Scratch scratch = new Scratch();
    private Backend backend = open(scratch);
    private Keyspace keyspace = Keyspace.load(backend);
    private Applier applier = new Applier(backend, keyspace, leases(backend));
    private List<Entry> next = List.of();

    /** JMH makes one for each parameter. */
    public ApplyBenchmark() {}

    /** Makes the batch outside of what is measured. */
    @Setup(Level.Invocation)
    public void makeBatch() {
        next = entries.next(batch);
    }

    /** One batch: its time is that of as many puts. */
    @Benchmark
    public Object batchOfPuts() {
        final var outcomes = applier.apply(next, _ -> true);
        keyspace.publish(outcomes.getLast().revision());
        return outcomes;
    }

    /** Closes the store and removes it. */
    @TearDown
    public void close() {
        backend.close();
        scratch.close();
    }

    private static Leases leases(final Backend backend) {
        try (ReadTx view = backend.read()) {
            return Leases.load(view, MIN_TTL_SECONDS);
        }
    }

    private static Backend open(final Scratch scratch) {
        return new SqlitePlugin()
                .backends()
                .getFirst()
                .open(new BackendProvider.Options(scratch.folder(), VIEWS));
    }
}
