package io.drawbore.api;

import java.nio.file.Path;

/** Opens one kind of store. Chosen by name with the flag {@code --backend}. */
public interface BackendProvider {
    /** The name that chooses it: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /**
     * Opens the store in a folder of its own, creating it where the folder is empty. What creation writes is durable on
     * return, because no log replays it.
     *
     * @param options what to open and within which bounds
     * @throws StorageException where the files cannot be read, are another program's, or of a layout not known here;
     *     the message names the file and the way out
     */
    Backend open(Options options);

    /**
     * What a store is opened with.
     *
     * @param folder a folder that is this store's alone; exists
     * @param maxViews how many views may be open at once, 1 to 64
     */
    record Options(Path folder, int maxViews) {}
}
