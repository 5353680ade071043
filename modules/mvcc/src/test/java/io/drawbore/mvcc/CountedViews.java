package io.drawbore.mvcc;

import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.testkit.PassedOnBackend;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts how often it is read. */
final class CountedViews extends PassedOnBackend {
    final AtomicInteger views = new AtomicInteger();

    CountedViews(Backend backend) {
        super(backend);
    }

    @Override
    public ReadTx read() {
        views.incrementAndGet();
        return super.read();
    }
}
