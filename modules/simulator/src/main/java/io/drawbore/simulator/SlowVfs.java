package io.drawbore.simulator;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.testkit.PassedOnVfs;
import java.io.IOException;
import java.nio.file.Path;

/** A disk whose syncs take their time. */
final class SlowVfs extends PassedOnVfs {
    private final Runnable synced;

    /** @param synced told at each sync of a file or a folder, which is then done */
    SlowVfs(Vfs inner, Runnable synced) {
        super(inner);
        this.synced = synced;
    }

    @Override
    public VfsFile open(Path file, Mode mode) throws IOException {
        return new PassedOnFile(super.open(file, mode)) {
            @Override
            public void sync() throws IOException {
                synced.run();
                super.sync();
            }
        };
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
        synced.run();
        super.syncFolder(folder);
    }
}
