package org.example.drawbore.mvstore;

/** A view of one commit. One thread at a time. */
final class MvView extends Reads {
    private final MvStoreBackend backend;
    private final Committed committed;
    private boolean open = true;

    /** Takes over a use of the commit. */
    MvView(MvStoreBackend backend, Committed committed, Faults faults) {
        super(committed.maps(), faults);
        this.backend = backend;
        this.committed = committed;
    }

    @Override
    void checkOpen() {
        if (!open) {
            throw new IllegalStateException("this view has ended");
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            backend.ended(committed);
        }
    }
}
