package io.drawbore.server.internal;

import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of files that are snapshots on their way: nothing relies on them after a restart. */
final class SnapshotFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFolder.class);

    private SnapshotFolder() {}

    /** Deletes what an earlier start left behind. */
    static void empty(Vfs vfs, Path folder) {
        try {
            if (vfs.exists(folder)) {
                for (String name : vfs.list(folder)) {
                    vfs.delete(folder.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new StorageException(folder + ": old snapshots cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** Deletes a file that nobody needs any more; the next start does where this fails. */
    static void delete(Vfs vfs, Path file) {
        try {
            if (vfs.exists(file)) {
                vfs.delete(file);
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("{} could not be deleted: {}", file, e.getMessage());
        }
    }
}
