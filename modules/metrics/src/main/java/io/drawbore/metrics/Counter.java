package io.drawbore.metrics;

import com.codahale.metrics.Counting;
import com.codahale.metrics.Metric;
import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Any thread; adding never blocks. */
public final class Counter implements Metric, Counting {
    private final LongAdder count = new LongAdder();

    Counter() {}

    /** Adds one. */
    public void increment() {
        count.increment();
    }

    /** Adds {@code n}, which is not negative. */
    public void add(long n) {
        if (n < 0) {
            throw new IllegalArgumentException("a counter only grows, not by " + n);
        }
        count.add(n);
    }

    /** The sum so far. */
    public long value() {
        return count.sum();
    }

    @Override
    public long getCount() {
        return value();
    }
}
