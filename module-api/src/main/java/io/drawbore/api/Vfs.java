package io.drawbore.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that logs are made of. Everything that reaches a log's disk goes through here, so that tests can lose,
 * tear and corrupt it. Implementations keep {@code VfsContract} of the testkit. Thread-safe; a {@link VfsFile} is not.
 */
public interface Vfs {
    /** How a file is opened. */
    enum Mode {
        /** It must exist; reading only. */
        READ,
        /** It must exist; reading and writing. */
        READ_WRITE,
        /** It must not exist; made empty, for reading and writing. */
        CREATE
    }

    /** Opens a file. Its name is durable only after {@link #syncFolder} of its folder. */
    VfsFile open(Path file, Mode mode) throws IOException;

    /** Whether there is a file or folder of that name. */
    boolean exists(Path file);

    /** Names of the files in a folder, sorted; empty where the folder is empty. */
    List<String> list(Path folder) throws IOException;

    /** Makes a folder, readable by its owner only (mode 0700), and those above it that are missing. */
    void createFolder(Path folder) throws IOException;

    /** Renames within one folder, replacing what bore the new name. Atomic; durable after {@link #syncFolder}. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file. Durable after {@link #syncFolder}. */
    void delete(Path file) throws IOException;

    /** Makes the names in a folder durable. */
    void syncFolder(Path folder) throws IOException;
}
