package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.MinorVersion;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import io.drawbore.apply.StorageStep;
import io.drawbore.backend.sqlite.internal.SqlitePlugin;
import io.drawbore.membership.StorageVersion;
import io.drawbore.testkit.crash.CrashMarks;
import io.drawbore.testkit.crash.DiskEvent;
import io.drawbore.testkit.crash.DiskRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that leads a store through storage versions, up and down again, while its disk is recorded. */
final class MigratedStore {
    /** Said when a step is durable, with its number; 0 before the first. */
    static final String STEP = "step ";

    /** What the store is of, before the first step and after each. */
    static final List<MinorVersion> WAY =
            List.of(TwoValues.V5, TwoValues.V6, TwoValues.V7, TwoValues.V6, TwoValues.V5, TwoValues.V6);

    private static final String STORE = "store";
    private static final Applied APPLIED = new Applied(5, 2);

    private MigratedStore() {}

    /** Plays in a process of its own; returns what that did to its disk. */
    static List<DiskEvent> record(Path work) throws IOException, InterruptedException {
        return DiskRecorder.play(work, MigratedStore.class).events();
    }

    /** The recorded process. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Files.createDirectory(folder.resolve(STORE));
        try (CrashMarks marks = new CrashMarks(folder);
                Backend backend = open(folder)) {
            try (WriteTx tx = backend.begin()) {
                tx.commit(APPLIED);
            }
            backend.makeDurable();
            marks.mark(STEP + 0);
            for (int step = 1; step < WAY.size(); step++) {
                StorageStep.take(backend, new TwoValues(), WAY.get(step));
                backend.makeDurable();
                marks.mark(STEP + step);
            }
        }
    }

    private static Backend open(Path folder) {
        return new SqlitePlugin()
                .backends()
                .getFirst()
                .open(new BackendProvider.Options(folder.resolve(STORE), 1));
    }

    /** Whether a rebuilt store is wholly of the version of the last step that was durable, or of the next one's. */
    static Optional<String> inspect(Path folder, List<String> marks) {
        int last = marks.size() - 1;
        try (Backend backend = open(folder)) {
            Optional<String> half = TwoValues.halfDone(backend);
            if (half.isPresent()) {
                return half;
            }
            try (ReadTx view = backend.read()) {
                MinorVersion found = StorageVersion.of(view);
                boolean expected = WAY.subList(last, Math.min(WAY.size(), last + 2)).contains(found);
                return expected && view.applied().equals(APPLIED)
                        ? Optional.empty()
                        : Optional.of("after step " + last + " the store is of " + found + " at " + view.applied());
            }
        }
    }
}
