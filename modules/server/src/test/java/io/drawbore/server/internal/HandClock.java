package io.drawbore.server.internal;

import java.util.function.LongSupplier;

/** Time that a test moves. */
final class HandClock implements LongSupplier {
    private long nanos;

    @Override
    public long getAsLong() {
        return nanos;
    }

    void advanceMillis(long millis) {
        nanos += millis * 1_000_000;
    }
}
