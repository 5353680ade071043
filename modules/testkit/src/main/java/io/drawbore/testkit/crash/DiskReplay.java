package io.drawbore.testkit.crash;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk rebuilt from a record, event by event, that knows at every moment what was synced and what was not. The model
 * is POSIX's strict one: a sync of a file saves its bytes and size but not its name; names are saved by a sync of
 * their folder, and unsynced changes of names survive in order. Folders themselves are never lost. One thread.
 */
public final class DiskReplay {
    /** How the process or its machine stops. */
    public enum Stop {
        /** The process is killed: all it wrote is there. */
        KILL,
        /** Power is lost, and with it all that was not synced. */
        SYNCED_ONLY,
        /** Power is lost; of what was not synced any subset of the writes is there, whatever their order. */
        ANY_SUBSET,
        /** Power is lost; all is there but for the last write, of which only its first sectors are. */
        TORN_LAST_WRITE
    }

    private static final int SECTOR_BYTES = 512;

    /** A file apart from its name: its bytes as synced, and what was done to them since. */
    private static final class Inode {
        private final FileContent current = new FileContent();
        private FileContent synced = new FileContent();
        private final List<DiskEvent> unsynced = new ArrayList<>();

        void change(DiskEvent event) {
            current.apply(event);
            unsynced.add(event);
        }

        void sync() {
            if (!unsynced.isEmpty()) {
                synced = current.copy();
                unsynced.clear();
            }
        }
    }

    /** A change of names: one removed, one added, or both. */
    private record NameChange(@Nullable String removed, @Nullable String added, @Nullable Inode inode) {
        void apply(Map<String, Inode> names) {
            if (removed != null) {
                names.remove(removed);
            }
            if (added != null && inode != null) {
                names.put(added, inode);
            }
        }

        boolean isIn(String folder) {
            return (removed != null && parent(removed).equals(folder))
                    || (added != null && parent(added).equals(folder));
        }
    }

    private final Map<String, Inode> names = new TreeMap<>();
    private final Map<String, Inode> syncedNames = new TreeMap<>();
    private final List<NameChange> unsyncedNames = new ArrayList<>();
    private @Nullable DiskEvent last;

    /** An empty folder. */
    public DiskReplay() {}

    /** Goes on by one event. */
    public void apply(DiskEvent event) {
        last = event;
        switch (event) {
            case DiskEvent.Created created -> rename(new NameChange(null, created.path(), new Inode()));
            case DiskEvent.Written written -> inode(written.path()).change(written);
            case DiskEvent.Truncated truncated -> inode(truncated.path()).change(truncated);
            case DiskEvent.Deleted deleted -> rename(new NameChange(deleted.path(), null, null));
            case DiskEvent.Renamed renamed ->
                rename(new NameChange(renamed.from(), renamed.to(), inode(renamed.from())));
            case DiskEvent.Synced synced -> sync(synced.path());
            case DiskEvent.Marked ignored -> {}
        }
    }

    private void rename(NameChange change) {
        change.apply(names);
        unsyncedNames.add(change);
    }

    private Inode inode(String path) {
        Inode found = names.get(path);
        if (found == null) {
            throw new IllegalStateException("the record changes " + path + ", which it never made");
        }
        return found;
    }

    private void sync(String path) {
        Inode file = names.get(path);
        if (file != null) {
            file.sync();
            return;
        }
        List<NameChange> saved = unsyncedNames.stream().filter(change -> change.isIn(path)).toList();
        saved.forEach(change -> change.apply(syncedNames));
        unsyncedNames.removeAll(saved);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /**
     * Writes the disk as it is found after a stop at this moment.
     *
     * @param into an empty folder
     * @param random decides what survives
     */
    public void materialise(Path into, Stop stop, Random random) throws IOException {
        boolean everyName = stop == Stop.KILL || stop == Stop.TORN_LAST_WRITE;
        Map<String, Inode> found = everyName ? names : namesAfter(stop, random);
        for (Map.Entry<String, Inode> entry : found.entrySet()) {
            Path file = into.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, contentAfter(entry.getValue(), stop, random).toBytes());
        }
    }

    private Map<String, Inode> namesAfter(Stop stop, Random random) {
        Map<String, Inode> found = new TreeMap<>(syncedNames);
        int kept = stop == Stop.SYNCED_ONLY ? 0 : random.nextInt(unsyncedNames.size() + 1);
        unsyncedNames.subList(0, kept).forEach(change -> change.apply(found));
        return found;
    }

    private FileContent contentAfter(Inode file, Stop stop, Random random) {
        return switch (stop) {
            case KILL -> file.current;
            case SYNCED_ONLY -> file.synced;
            case ANY_SUBSET -> subset(file, random);
            case TORN_LAST_WRITE -> torn(file, random);
        };
    }

    /** Writes between two changes of size survive in any order; changes of size stay where they were among them. */
    private static FileContent subset(Inode file, Random random) {
        FileContent found = file.synced.copy();
        List<DiskEvent> together = new ArrayList<>();
        for (DiskEvent event : file.unsynced) {
            if (event instanceof DiskEvent.Truncated) {
                scatter(together, found, random);
                if (random.nextBoolean()) {
                    found.apply(event);
                }
            } else {
                together.add(event);
            }
        }
        scatter(together, found, random);
        return found;
    }

    private static void scatter(List<DiskEvent> writes, FileContent into, Random random) {
        Collections.shuffle(writes, random);
        // From nearly none to nearly all: what breaks a store is often a single write that is there or missing.
        double share = random.nextDouble();
        for (DiskEvent write : writes) {
            if (random.nextDouble() < share) {
                into.apply(write);
            }
        }
        writes.clear();
    }

    private FileContent torn(Inode file, Random random) {
        int count = file.unsynced.size();
        if (count == 0
                || !(file.unsynced.getLast() instanceof DiskEvent.Written write)
                || !write.equals(last)) {
            return file.current;
        }
        FileContent found = file.synced.copy();
        file.unsynced.subList(0, count - 1).forEach(found::apply);
        found.write(write.offset(), firstSectors(write, random));
        return found;
    }

    private static ByteString firstSectors(DiskEvent.Written write, Random random) {
        long firstBoundary = SECTOR_BYTES - write.offset() % SECTOR_BYTES;
        long sectors = (write.data().size() + SECTOR_BYTES - 1L) / SECTOR_BYTES;
        long bytes = firstBoundary + SECTOR_BYTES * (random.nextLong(sectors + 1) - 1);
        return write.data().substring(0, Math.toIntExact(Math.clamp(bytes, 0L, write.data().size())));
    }
}
