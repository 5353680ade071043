package io.drawbore.bench.micro;

import io.drawbore.api.Applied;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.wal.DiskVfs;
import io.drawbore.wal.EtcdLogs;
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

/** Appends entries to the log on disk and syncs them, as the raft thread does: one sync for all that wait. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LogBenchmark {
    private static final long SEGMENT_BYTES = 64_000_000;
    private static final MemberIdentity OWNER = new MemberIdentity(1, 1);

    /** Entries that wait for one sync. */
    @Param({"1", "100", "1000"})
    public int batch;

    private final Entries entries = new Entries();
    private final Scratch scratch = new Scratch();
    private final LogStore log = new EtcdLogs()
            .create(
                    new LogStoreProvider.Options(
                            new DiskVfs(), scratch.folder().resolve("wal"), SEGMENT_BYTES, 0, true),
                    OWNER);
    private List<Entry> next = List.of();

    /** JMH makes one for each parameter. */
    public LogBenchmark() {}

    /** Makes the entries outside of what is measured. */
    @Setup(Level.Invocation)
    public void makeBatch() {
        next = entries.next(batch);
    }

    /** What a put waits for before it is committed on one member. */
    @Benchmark
    public void appendAndSync() {
        log.append(HardState.getDefaultInstance(), next);
        log.sync();
    }

    /** What of it is not the disk. */
    @Benchmark
    public void append() {
        log.append(HardState.getDefaultInstance(), next);
    }

    /** Lets go of what was written, as a member does behind its store. */
    @TearDown(Level.Iteration)
    public void release() {
        if (!next.isEmpty()) {
            final long last = next.getLast().getIndex();
            log.saveSnapshot(new Applied(last, 1), ConfState.getDefaultInstance());
            log.release(last);
        }
    }

    /** Closes the log and removes it. */
    @TearDown
    public void close() {
        log.close();
        scratch.close();
    }
}
