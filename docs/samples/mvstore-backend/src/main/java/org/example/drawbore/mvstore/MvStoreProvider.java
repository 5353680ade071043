package org.example.drawbore.mvstore;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.h2.mvstore.MVStore;

/** Opens the store "mvstore": one file, {@code db.mv}, of H2's MVStore. */
final class MvStoreProvider implements BackendProvider {
    static final String FILE = "db.mv";
    private static final int CACHE_MIB = 32;

    @Override
    public String name() {
        return "mvstore";
    }

    @Override
    public Backend open(Options options) {
        Path file = options.folder().resolve(FILE);
        if (!Files.exists(file)) {
            create(options.folder(), file);
        }
        long named = namedVersion(file);
        MVStore store = open(file);
        try {
            if (store.getCurrentVersion() < named) {
                throw new Faults(file).corrupt("the newest commit, " + named + ",");
            }
            Maps maps = Maps.of(store);
            if (!maps.areCreated()) {
                throw new StorageException(file + ": this is a file of MVStore's, but no store of a member. Move it"
                        + " away, or start with another data folder.");
            }
            return new MvStoreBackend(store, maps, options.maxViews(), new Faults(file));
        } catch (RuntimeException | AssertionError e) {
            store.closeImmediately();
            throw e instanceof StorageException known ? known : Faults.translated(file, "opening the store", e);
        }
    }

    private static long namedVersion(Path file) {
        try {
            return SyncedFile.namedVersion(file);
        } catch (IOException | RuntimeException e) {
            throw Faults.translated(file, "opening the store", e);
        }
    }

    /** Makes a store under another name, so that one with the right name is whole. Durable on return. */
    private static void create(Path folder, Path file) {
        Path made = folder.resolve(FILE + ".new");
        try {
            Files.deleteIfExists(made);
            try (MVStore store = open(made)) {
                Maps.of(store).numbers().put(Maps.ONLY, Numbers.initial(Applied.NONE).bytes());
                store.commit();
            }
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        } catch (IOException e) {
            throw new StorageException(
                    file + ": it cannot be made: " + e.getMessage() + ". Check the owner and rights of its folder.", e);
        }
    }

    /** Nothing is stored but by a commit, and what is freed may be used again at once: commits are durable. */
    private static MVStore open(Path file) {
        SyncedFile synced = new SyncedFile();
        try {
            synced.open(file.toString(), false, (char[]) null);
            synced.setRetentionTime(0);
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(synced)
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(CACHE_MIB)
                    .open();
            store.setVersionsToKeep(0);
            return store;
        } catch (RuntimeException | AssertionError e) {
            throw Faults.translated(file, "opening the store", e);
        }
    }
}
