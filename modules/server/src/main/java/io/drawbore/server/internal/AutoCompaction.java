package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.server.UpkeepOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compacts history without being asked, as long as this member leads. Has a thread of its own, which mostly sleeps. */
public final class AutoCompaction {
    private static final Logger LOG = LoggerFactory.getLogger(AutoCompaction.class);

    private final CompactionSchedule schedule;
    private final LongSupplier revision;
    private final BooleanSupplier leads;
    private final LongFunction<CompletableFuture<?>> compact;
    private final LongSupplier nanoTime;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final Thread thread;

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
            LongSupplier nanoTime) {
        this.schedule = CompactionSchedule.of(option, nanoTime.getAsLong());
        this.revision = revision;
        this.leads = leads;
        this.compact = compact;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofPlatform().daemon().name("auto-compaction").unstarted(this::run);
        schedule.record(revision.getAsLong());
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends the thread. Any other thread. */
    public void stop() {
        stopped.complete(null);
    }

    private void run() {
        while (sleep()) {
            tick();
        }
    }

    private boolean sleep() {
        try {
            stopped.get(schedule.interval().toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (InterruptedException | ExecutionException e) {
            return false;
        }
    }

    /** What is done each time the thread wakes up; it waits for the compaction it asks for. */
    void tick() {
        if (leads.getAsBoolean()) {
            long to = schedule.due(nanoTime.getAsLong(), revision.getAsLong());
            if (to != CompactionSchedule.NOTHING) {
                compact(to);
            }
        }
        schedule.record(revision.getAsLong());
    }

    private void compact(long to) {
        try {
            compact.apply(to).join();
            LOG.atInfo().addKeyValue("revision", to).log("completed auto compaction");
            schedule.done(to, nanoTime.getAsLong());
        } catch (CompletionException e) {
            if (e.getCause() instanceof EtcdException refusal
                    && refusal.text().equals(EtcdError.COMPACTED.text())) {
                schedule.done(to, nanoTime.getAsLong());
            } else if (!stopped.isDone()) {
                LOG.atWarn()
                        .addKeyValue("revision", to)
                        .addKeyValue("retry-interval", schedule.interval())
                        .log("failed auto compaction: " + e.getCause());
            }
        }
    }
}
