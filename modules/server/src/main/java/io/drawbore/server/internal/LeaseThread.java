package io.drawbore.server.internal;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one thread on which the time of leases passes, and its clock. */
public interface LeaseThread extends Executor, AutoCloseable {
    /** Milliseconds of a clock that never goes back; its zero means nothing. Any thread. */
    long millis();

    /** Does something again and again, on this thread. */
    void every(Duration period, Runnable work);

    /** Ends what is done again and again, and the thread after what was handed to it. */
    @Override
    void close();
}
