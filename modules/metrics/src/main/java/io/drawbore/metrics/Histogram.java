package io.drawbore.metrics;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Metric;
import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of observations by fixed upper bounds, as Prometheus wants them; Dropwizard's own histogram keeps a sample
 * instead. Any thread; observing never blocks.
 */
public final class Histogram implements Metric, Counting {
    private final double[] bounds;
    /** One a bound, and one for what lies above all of them. */
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
        for (int i = 1; i < bounds.length; i++) {
            if (bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException("bounds must grow: " + Arrays.toString(bounds));
            }
        }
        this.bounds = bounds.clone();
        this.counts = new LongAdder[bounds.length + 1];
        Arrays.setAll(counts, i -> new LongAdder());
    }

    /** The bounds {@code start, start·factor, start·factor², …}, {@code count} of them. */
    public static double[] exponential(double start, double factor, int count) {
        double[] bounds = new double[count];
        double bound = start;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }

    /** Adds an observation; a bound belongs to its own bucket. */
    public void observe(double value) {
        int at = Arrays.binarySearch(bounds, value);
        counts[at >= 0 ? at : -at - 1].increment();
        sum.add(value);
    }

    /** Adds a duration, in seconds, from a {@link System#nanoTime()} to now. */
    public void observeSince(long startNanos) {
        observe((System.nanoTime() - startNanos) / 1e9);
    }

    @Override
    public long getCount() {
        return snapshot().count();
    }

    Snapshot snapshot() {
        long[] cumulative = new long[bounds.length];
        long total = 0;
        for (int i = 0; i < bounds.length; i++) {
            total += counts[i].sum();
            cumulative[i] = total;
        }
        return new Snapshot(bounds, cumulative, total + counts[bounds.length].sum(), sum.sum());
    }

    /** The numbers at one moment; with threads observing, off by the observations of that moment. */
    // Arrays in a record: made here, read once by the writer of the text, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Snapshot(double[] bounds, long[] cumulative, long count, double sum) {}
}
