package io.drawbore.testkit;

import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses what was not synced. Contents are kept by sectors of 512 bytes, names apart from
 * contents;
 * every change and every sync is a numbered step, the first is 1. A test stops it at a step, then {@link #reboot}s it
 * under
 * a rule that says what survived. It can also fail, lie, run full and rot. Thread-safe.
 */
public final class FaultVfs implements Vfs {
    /** A change of a folder's names that is not yet durable; it survives whole or not at all. */
    private record NameChange(@Nullable Path gone, @Nullable Path made, @Nullable FaultFile file) {
        void applyTo(Map<Path, FaultFile> map) {
            if (gone != null) {
                map.remove(gone);
            }
            if (made != null && file != null) {
                map.put(made, file);
            }
        }
    }

    private final Map<Path, FaultFile> names = new TreeMap<>();
    private final Map<Path, FaultFile> durableNames = new TreeMap<>();
    private final Map<Path, List<NameChange>> pending = new TreeMap<>();
    private final Set<Path> folders = new TreeSet<>();
    private long step;
    private long stopAt = Long.MAX_VALUE;
    private boolean stopped;
    private boolean lying;
    private long freeBytes = Long.MAX_VALUE;
    private final Set<FaultFile> failingSyncs = new HashSet<>();
    private final Set<FaultFile> failingReads = new HashSet<>();
    private @Nullable FaultFile lastFile;
    private int lastAt;
    private int lastLength;

    /** An empty disk without faults. */
    public FaultVfs() {}

    /** Turns the power off at a step: a write, rename, delete or truncation has happened by then but a sync has not. */
    public synchronized void stopAt(long atStep) {
        stopAt = atStep;
    }

    /** Steps taken so far. */
    public synchronized long steps() {
        return step;
    }

    /**
     * Lets syncs of a file, under whatever name, fail from now on. What was unsynced then is lost with the power, yet
     * reads well until then.
     */
    public synchronized void failSyncsOf(Path file) {
        failingSyncs.add(found(file));
    }

    /** Lets reads of a file fail from now on. */
    public synchronized void failReadsOf(Path file) {
        failingReads.add(found(file));
    }

    /** Lets all syncs succeed from now on without doing anything. */
    public synchronized void lieAboutSyncs() {
        lying = true;
    }

    /** Lets files grow by so many bytes in all from now on. */
    public synchronized void limitSpaceTo(long bytes) {
        freeBytes = bytes;
    }

    /** Flips one bit (0 to 7) of a byte, durably, and counts no step. */
    public synchronized void flipBit(Path file, long offset, int bit) {
        found(file).flip((int) offset, bit);
    }

    private FaultFile found(Path file) {
        try {
            return find(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        }
    }

    /** The bytes of a file as they read now. */
    public synchronized byte[] bytes(Path file) throws IOException {
        return find(file).bytes();
    }

    /** Files of all folders, sorted. */
    public synchronized List<Path> files() {
        return List.copyOf(names.keySet());
    }

    /**
     * What is found when the power comes back, on a disk without faults, all of it durable. This one stays stopped.
     *
     * @param survival what of the unsynced work is still there
     * @param seed decides what the rule leaves open; the same seed gives the same disk
     */
    public synchronized FaultVfs reboot(Survival survival, long seed) {
        stopped = true;
        RandomGenerator random = new SplittableRandom(seed);
        FaultVfs next = new FaultVfs();
        next.folders.addAll(folders);
        for (Map.Entry<Path, FaultFile> name : survivingNames(survival, random).entrySet()) {
            FaultFile file = name.getValue();
            boolean last = file == lastFile;
            byte[] bytes = file.survivors(survival, random, last ? lastAt : 0, last ? lastLength : 0);
            FaultFile found = FaultFile.durable(bytes);
            next.names.put(name.getKey(), found);
            next.durableNames.put(name.getKey(), found);
        }
        return next;
    }

    private Map<Path, FaultFile> survivingNames(Survival survival, RandomGenerator random) {
        Map<Path, FaultFile> surviving = new TreeMap<>(durableNames);
        for (List<NameChange> changes : pending.values()) {
            int count = switch (survival) {
                case SYNCED_ONLY -> 0;
                case ANY_SECTORS -> random.nextInt(changes.size() + 1);
                case EVERYTHING, TORN_LAST_WRITE, ZEROED_SECTORS -> changes.size();
            };
            changes.subList(0, count).forEach(change -> change.applyTo(surviving));
        }
        return surviving;
    }

    @Override
    public synchronized VfsFile open(Path file, Mode mode) throws IOException {
        running();
        Path name = key(file);
        FaultFile found = names.get(name);
        if (mode != Mode.CREATE) {
            return new Handle(name, find(file), mode != Mode.READ);
        }
        if (found != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        requireFolder(name);
        FaultFile made = new FaultFile();
        change(name, new NameChange(null, name, made));
        stepDone();
        return new Handle(name, made, true);
    }

    @Override
    public synchronized boolean exists(Path file) {
        running();
        return names.containsKey(key(file)) || folders.contains(key(file));
    }

    @Override
    public synchronized List<String> list(Path folder) throws IOException {
        running();
        if (!folders.contains(key(folder))) {
            throw new NoSuchFileException(folder.toString());
        }
        return names.keySet().stream()
                .filter(name -> key(folder).equals(name.getParent()))
                .map(name -> String.valueOf(name.getFileName()))
                .sorted()
                .toList();
    }

    @Override
    public synchronized void createFolder(Path folder) throws IOException {
        running();
        for (Path at = key(folder); at != null; at = at.getParent()) {
            if (names.containsKey(at)) {
                throw new FileAlreadyExistsException(at.toString());
            }
            folders.add(at);
        }
        stepDone();
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        running();
        FaultFile file = find(from);
        if (!folderOf(key(from)).equals(folderOf(key(to)))) {
            throw new IOException(from + " and " + to + " lie in different folders");
        }
        change(key(from), new NameChange(key(from), key(to), file));
        stepDone();
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        running();
        find(file);
        change(key(file), new NameChange(key(file), null, null));
        stepDone();
    }

    @Override
    public synchronized void syncFolder(Path folder) throws IOException {
        running();
        if (!folders.contains(key(folder))) {
            throw new NoSuchFileException(folder.toString());
        }
        stepDone();
        if (!lying) {
            List<NameChange> done = pending.remove(key(folder));
            if (done != null) {
                done.forEach(change -> change.applyTo(durableNames));
            }
        }
    }

    private void change(Path name, NameChange change) {
        change.applyTo(names);
        pending.computeIfAbsent(folderOf(name), folder -> new ArrayList<>()).add(change);
    }

    private void requireFolder(Path name) throws NoSuchFileException {
        if (!folders.contains(folderOf(name))) {
            throw new NoSuchFileException(name.toString());
        }
    }

    private FaultFile find(Path file) throws NoSuchFileException {
        FaultFile found = names.get(key(file));
        if (found == null) {
            throw new NoSuchFileException(file.toString());
        }
        return found;
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static Path folderOf(Path name) {
        Path folder = name.getParent();
        return folder == null ? name : folder;
    }

    private void running() {
        if (stopped) {
            throw new DiskStoppedException(step);
        }
    }

    private void stepDone() {
        step++;
        if (step >= stopAt) {
            stopped = true;
            throw new DiskStoppedException(step);
        }
    }

    /** An open file. */
    private final class Handle implements VfsFile {
        private final Path name;
        private final FaultFile file;
        private final boolean writable;
        private boolean closed;

        Handle(Path name, FaultFile file, boolean writable) {
            this.name = name;
            this.file = file;
            this.writable = writable;
        }

        @Override
        public long size() throws IOException {
            synchronized (FaultVfs.this) {
                usable();
                return file.size();
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (FaultVfs.this) {
                usable();
                if (failingReads.contains(file)) {
                    throw new IOException(name + ": the disk failed to read at " + position);
                }
                byte[] bytes = new byte[into.remaining()];
                int count = file.read(bytes, Math.toIntExact(position));
                into.put(bytes, 0, count);
                return count;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (FaultVfs.this) {
                changeable();
                grow(position + from.remaining());
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                file.write(bytes, Math.toIntExact(position));
                lastFile = file;
                lastAt = Math.toIntExact(position);
                lastLength = bytes.length;
                stepDone();
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (FaultVfs.this) {
                changeable();
                grow(size);
                file.truncate(Math.toIntExact(size));
                stepDone();
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (FaultVfs.this) {
                usable();
                stepDone();
                if (failingSyncs.contains(file)) {
                    file.dropUnsynced();
                    throw new IOException(name + ": the disk failed to sync");
                }
                if (!lying) {
                    file.sync();
                }
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        private void grow(long size) throws IOException {
            long more = Math.max(0, size - file.size());
            if (more > freeBytes) {
                throw new IOException(name + ": no space left on device");
            }
            freeBytes -= more;
        }

        private void usable() throws IOException {
            running();
            if (closed) {
                throw new ClosedChannelException();
            }
        }

        private void changeable() throws IOException {
            usable();
            if (!writable) {
                throw new NonWritableChannelException();
            }
        }
    }
}
