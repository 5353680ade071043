package io.drawbore.mvcc;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts how often it is read. */
final class CountedViews implements Backend {
    final AtomicInteger views = new AtomicInteger();
    private final Backend backend;

    CountedViews(Backend backend) {
        this.backend = backend;
    }

    @Override
    public WriteTx begin() {
        return backend.begin();
    }

    @Override
    public ReadTx read() {
        views.incrementAndGet();
        return backend.read();
    }

    @Override
    public Applied makeDurable() {
        return backend.makeDurable();
    }

    @Override
    public Size size() {
        return backend.size();
    }

    @Override
    public void close() {
        backend.close();
    }
}
