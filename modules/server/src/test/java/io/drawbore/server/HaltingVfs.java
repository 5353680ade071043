package io.drawbore.server;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.testkit.PassedOnVfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A disk whose syncs block, from when a test says so until it says that they go on. */
final class HaltingVfs extends PassedOnVfs {
    private final CountDownLatch halted = new CountDownLatch(1);
    private volatile @Nullable CountDownLatch gate;

    HaltingVfs(Vfs disk) {
        super(disk);
    }

    /** The next sync blocks. */
    void halt() {
        gate = new CountDownLatch(1);
    }

    /** Waits until one does. */
    void awaitHalted() {
        await(halted);
    }

    /** Lets it and all others go on. */
    void goOn() {
        CountDownLatch closed = gate;
        gate = null;
        if (closed != null) {
            closed.countDown();
        }
    }

    private void pass() {
        CountDownLatch closed = gate;
        if (closed != null) {
            halted.countDown();
            await(closed);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public VfsFile open(Path file, Mode mode) throws IOException {
        return new PassedOnFile(super.open(file, mode)) {
            @Override
            public void sync() throws IOException {
                pass();
                super.sync();
            }
        };
    }
}
