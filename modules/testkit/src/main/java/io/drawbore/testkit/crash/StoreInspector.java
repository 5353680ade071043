package io.drawbore.testkit.crash;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Judges a store that a stopped {@link StoreScript} left in the folder {@link #STORE}: it must open; hold what some
 * commit left, whole; after a kill every commit that had returned, after a loss of power every one that was said to be
 * durable; and the rest of the script must bring it to the same end as if nothing had happened.
 */
public final class StoreInspector implements CrashSweep.Inspector {
    /** The store's folder within the recorded one. */
    public static final String STORE = "store";

    private final BackendProvider provider;
    private final StoreScript script;
    private final List<String> contents;
    private final int resumeEvery;
    private int inspected;

    /**
     * An inspector of one kind of store.
     *
     * @param resumeEvery how many disks are only looked at for one on which the script is played to its end
     */
    public StoreInspector(BackendProvider provider, StoreScript script, int resumeEvery) {
        this.provider = provider;
        this.script = script;
        this.contents = script.contents();
        this.resumeEvery = resumeEvery;
    }

    @Override
    public Optional<String> inspect(Path folder, CrashSweep.Cut cut) throws IOException {
        Path store = Files.createDirectories(folder.resolve(STORE));
        try (Backend backend = provider.open(new BackendProvider.Options(store, 1))) {
            int found = contents.indexOf(StoreScript.content(backend));
            if (found < 0) {
                return Optional.of("holds what no commit left");
            }
            boolean killed = cut.stop() == DiskReplay.Stop.KILL;
            int least = last(cut.marks(), killed ? StoreScript.COMMITTED : StoreScript.DURABLE);
            int most = last(cut.marks(), StoreScript.BEGUN);
            if (found < least || found > most) {
                return Optional.of("holds commit " + found + ", not one of " + least + " to " + most);
            }
            return inspected++ % resumeEvery == 0 ? resume(backend, found) : Optional.empty();
        } catch (StorageException e) {
            return Optional.of("does not open: " + e.getMessage());
        }
    }

    private Optional<String> resume(Backend backend, int found) {
        script.play(backend, found, ignored -> {});
        return StoreScript.content(backend).equals(contents.getLast())
                ? Optional.empty()
                : Optional.of("went on from commit " + found + " to another end");
    }

    private static int last(List<String> marks, String kind) {
        for (String mark : marks.reversed()) {
            if (mark.startsWith(kind)) {
                return Integer.parseInt(mark.substring(kind.length()));
            }
        }
        return 0;
    }
}
