package io.drawbore.server;

import io.drawbore.api.BackendProvider;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.testkit.crash.CrashMarks;
import io.drawbore.testkit.crash.DiskRecorder;
import io.drawbore.testkit.crash.IndexFirstProvider;
import io.drawbore.wal.DiskVfs;
import io.drawbore.wal.EtcdLogs;
import java.io.IOException;
import java.nio.file.Path;

/** A process that is a member on a real disk and plays a script on itself while that disk is recorded. */
final class RecordedMember {
    /** The member's data dir within the recorded folder. */
    static final String DATA_DIR = "data";

    /** Said when a request was acknowledged, with its revision. */
    static final String ACKNOWLEDGED = "acknowledged ";

    /** Stores that can be recorded, by name. */
    enum Store {
        /** As shipped. */
        SQLITE(new SqlitePlugin().backends().getFirst()),
        /** The same with etcd 3.5.0's mistake built in. */
        INDEX_FIRST(new IndexFirstProvider(SQLITE.provider));

        private final BackendProvider provider;

        Store(BackendProvider provider) {
            this.provider = provider;
        }

        BackendProvider provider() {
            return provider;
        }
    }

    private RecordedMember() {}

    /** Plays in a process of its own; returns the record of what that did to its disk. */
    static Path record(Path work, Store store, CrashScript script) throws IOException, InterruptedException {
        return DiskRecorder.play(
                        work,
                        RecordedMember.class,
                        store.name(),
                        Long.toString(script.seed()),
                        Integer.toString(script.requests()))
                .record();
    }

    /** The recorded process: folder, store, seed, requests. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        BackendProvider store = Store.valueOf(args[1]).provider();
        CrashScript script = new CrashScript(Long.parseLong(args[2]), Integer.parseInt(args[3]));
        try (CrashMarks marks = new CrashMarks(folder);
                ScriptedMember member = new ScriptedMember(
                        folder.resolve(DATA_DIR), new EtcdLogs(), store, new DiskVfs(), ScriptedMember.Life.FIRST)) {
            member.start();
            for (int n = 1; n <= script.requests(); n++) {
                marks.mark(ACKNOWLEDGED + member.play(script, n));
            }
        }
    }
}
