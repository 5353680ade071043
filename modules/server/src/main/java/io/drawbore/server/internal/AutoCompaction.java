package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.Worker;
import io.drawbore.api.Workers;
import io.drawbore.server.UpkeepOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compacts history without being asked, as long as this member leads. Has a worker of its own, which mostly sleeps. */
public final class AutoCompaction {
    private static final Logger LOG = LoggerFactory.getLogger(AutoCompaction.class);

    private final CompactionSchedule schedule;
    private final LongSupplier revision;
    private final BooleanSupplier leads;
    private final LongFunction<CompletableFuture<?>> compact;
    private final Workers workers;
    private final Worker worker;
    private volatile boolean stopped;

    // the worker's own
    private long next;
    private @Nullable Wanted underWay;

    /** A compaction that was asked for. */
    private record Wanted(long to, CompletableFuture<?> applied) {}

    /**
     * Prepares the thread.
     *
     * @param option anything but off
     * @param revision the store's revision
     * @param leads whether this member leads
     * @param compact compacts to a revision; completes when that is applied
     */
    public AutoCompaction(
            UpkeepOptions.AutoCompaction option,
            LongSupplier revision,
            BooleanSupplier leads,
            LongFunction<CompletableFuture<?>> compact,
            Workers workers) {
        this.schedule = CompactionSchedule.of(option, workers.nanoTime());
        this.revision = revision;
        this.leads = leads;
        this.compact = compact;
        this.workers = workers;
        this.worker = workers.worker("auto-compaction", this::turn);
        this.next = workers.nanoTime() + schedule.interval().toNanos();
        schedule.record(revision.getAsLong());
    }

    /** Starts the thread. */
    public void start() {
        worker.start();
    }

    /** Ends the thread. Any other thread. */
    public void stop() {
        stopped = true;
        worker.wake();
    }

    private long turn() {
        if (stopped) {
            return Worker.Turn.ENDED;
        }
        Wanted wanted = underWay;
        if (wanted != null) {
            if (!wanted.applied.isDone()) {
                return Worker.Turn.IDLE;
            }
            underWay = null;
            ended(wanted);
        }
        long now = workers.nanoTime();
        if (next - now > 0) {
            return next - now;
        }
        tick(now);
        next += schedule.interval().toNanos();
        return 0;
    }

    /** Asks for a compaction if one is due; the next look waits until that is done. */
    private void tick(long now) {
        if (leads.getAsBoolean()) {
            long to = schedule.due(now, revision.getAsLong());
            if (to != CompactionSchedule.NOTHING) {
                CompletableFuture<?> applied = compact.apply(to);
                underWay = new Wanted(to, applied);
                var _ = applied.whenComplete((_, _) -> worker.wake());
            }
        }
        schedule.record(revision.getAsLong());
    }

    private void ended(Wanted wanted) {
        long to = wanted.to;
        try {
            wanted.applied.join();
            LOG.atInfo().addKeyValue("revision", to).log("completed auto compaction");
            schedule.done(to, workers.nanoTime());
        } catch (CompletionException e) {
            if (e.getCause() instanceof EtcdException refusal
                    && refusal.text().equals(EtcdError.COMPACTED.text())) {
                schedule.done(to, workers.nanoTime());
            } else if (!stopped) {
                LOG.atWarn()
                        .addKeyValue("revision", to)
                        .addKeyValue("retry-interval", schedule.interval())
                        .log("failed auto compaction: " + e.getCause());
            }
        }
    }
}
