package org.example.drawbore.mvstore;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.testkit.crash.CrashMarks;
import io.drawbore.testkit.crash.IndexFirstProvider;
import io.drawbore.testkit.crash.StoreInspector;
import io.drawbore.testkit.crash.StoreScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that plays a script on a store while its disk is recorded. */
final class RecordedStore {
    /** Said when a new store has been opened. */
    static final String OPENED = "opened";

    /** Stores that can be recorded, by name. */
    enum Kind {
        /** As shipped. */
        MVSTORE(new MvStoreProvider()),
        /** The same with a mistake built in: the index is committed before the entry. */
        INDEX_FIRST(new IndexFirstProvider(new MvStoreProvider()));

        private final BackendProvider provider;

        Kind(BackendProvider provider) {
            this.provider = provider;
        }

        BackendProvider provider() {
            return provider;
        }
    }

    private RecordedStore() {}

    /** The recorded process: folder, kind, seed, commits. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        BackendProvider provider = Kind.valueOf(args[1]).provider();
        StoreScript script = new StoreScript(Long.parseLong(args[2]), Integer.parseInt(args[3]));
        Path store = Files.createDirectory(folder.resolve(StoreInspector.STORE));
        try (CrashMarks marks = new CrashMarks(folder);
                Backend backend = provider.open(new BackendProvider.Options(store, 1))) {
            marks.mark(OPENED);
            script.play(backend, 0, marks::mark);
        }
    }
}
