package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.testkit.crash.CrashMarks;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.IndexFirstProvider;
import io.drawbore.testkit.crash.NeverSyncedProvider;
import io.drawbore.testkit.crash.StoreInspector;
import io.drawbore.testkit.crash.StoreScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that plays a script on a store while its disk is recorded. */
final class ScriptedStore {
    /** Said when a new store has been opened. */
    static final String OPENED = "opened";

    /** Stores that can be recorded, by name. */
    enum Kind {
        /** As shipped, but checkpointing so often that a short script sees it. */
        SQLITE(new SqliteBackendProvider(new Checkpointer.Pace(96 << 10, 192 << 10))),
        /** The same with etcd 3.5.0's mistake built in. */
        INDEX_FIRST(new IndexFirstProvider(SQLITE.provider)),
        /** As shipped, so that no checkpoint syncs during a short script, but it only says that it synced. */
        NEVER_SYNCED(new NeverSyncedProvider(new SqliteBackendProvider(Checkpointer.Pace.PRODUCTION)));

        private final BackendProvider provider;

        Kind(BackendProvider provider) {
            this.provider = provider;
        }

        BackendProvider provider() {
            return provider;
        }
    }

    private ScriptedStore() {}

    /** Plays in a process of its own; returns what that did to its disk. */
    static List<DiskEvent> record(Path work, Kind kind, StoreScript script) throws IOException, InterruptedException {
        return DiskRecorder.play(
                        work,
                        ScriptedStore.class,
                        kind.name(),
                        Long.toString(script.seed()),
                        Integer.toString(script.commits()))
                .events();
    }

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
