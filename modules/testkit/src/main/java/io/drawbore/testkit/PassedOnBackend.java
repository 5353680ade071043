package io.drawbore.testkit;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;

/** A store that passes everything on to another; a test's own store changes what it is about. */
public class PassedOnBackend implements Backend {
    private final Backend inner;

    /** Passes on to a store, which is closed with this one. */
    public PassedOnBackend(Backend inner) {
        this.inner = inner;
    }

    /** The store behind. */
    protected final Backend inner() {
        return inner;
    }

    @Override
    public WriteTx begin() {
        return inner.begin();
    }

    @Override
    public ReadTx read() {
        return inner.read();
    }

    @Override
    public Applied makeDurable() {
        return inner.makeDurable();
    }

    @Override
    public Size size() {
        return inner.size();
    }

    @Override
    public long reclaim(long bytes) {
        return inner.reclaim(bytes);
    }

    @Override
    public void shrink() {
        inner.shrink();
    }

    @Override
    public void close() {
        inner.close();
    }
}
