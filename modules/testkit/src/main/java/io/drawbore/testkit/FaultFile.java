package io.drawbore.testkit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * The bytes of one file of a {@link FaultVfs}: as they read now, and as they are on the platter. Guarded by the Vfs.
 */
final class FaultFile {
    /** The unit that a disk writes whole or not at all, in bytes. */
    static final int SECTOR = 512;

    private byte[] now = new byte[0];
    private int size;
    private byte[] synced = new byte[0];
    private int syncedSize;
    private final BitSet unsynced = new BitSet();
    /** Sectors that a failed sync dropped: they read well until the power goes. */
    private final BitSet dropped = new BitSet();

    /** A file whose bytes are all durable. */
    static FaultFile durable(byte[] bytes) {
        FaultFile file = new FaultFile();
        file.now = bytes.clone();
        file.size = bytes.length;
        file.sync();
        return file;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return Arrays.copyOf(now, size);
    }

    int read(byte[] into, int from) {
        int count = Math.clamp(size - (long) from, 0, into.length);
        if (count > 0) {
            System.arraycopy(now, from, into, 0, count);
        }
        return count;
    }

    void write(byte[] bytes, int at) {
        resize(Math.max(size, at + bytes.length));
        System.arraycopy(bytes, 0, now, at, bytes.length);
        touched(at, at + bytes.length);
    }

    void truncate(int newSize) {
        int old = size;
        resize(newSize);
        touched(Math.min(old, newSize), Math.max(old, newSize));
    }

    void sync() {
        synced = Arrays.copyOf(now, size);
        syncedSize = size;
        unsynced.clear();
    }

    /** What a failed sync does on Linux: the pages count as clean, yet nothing was written. */
    void dropUnsynced() {
        dropped.or(unsynced);
        unsynced.clear();
    }

    void flip(int offset, int bit) {
        now[offset] ^= (byte) (1 << bit);
        if (offset < syncedSize) {
            synced[offset] ^= (byte) (1 << bit);
        }
    }

    /** The bytes found after the power came back; the last write matters only where it was torn. */
    byte[] survivors(Survival survival, RandomGenerator random, int lastAt, int lastLength) {
        return switch (survival) {
            case SYNCED_ONLY -> synced.clone();
            case EVERYTHING -> merge(size, new BitSet(), false);
            case ANY_SECTORS -> {
                BitSet lost = new BitSet();
                unsynced.stream().filter(sector -> random.nextBoolean()).forEach(lost::set);
                yield merge(random.nextBoolean() ? size : syncedSize, lost, false);
            }
            case TORN_LAST_WRITE -> merge(size, tornTail(random, lastAt, lastLength), false);
            case ZEROED_SECTORS -> {
                BitSet lost = new BitSet();
                unsynced.stream().filter(sector -> random.nextBoolean()).forEach(lost::set);
                yield merge(size, lost, true);
            }
        };
    }

    private static BitSet tornTail(RandomGenerator random, int at, int length) {
        BitSet lost = new BitSet();
        if (length > 0) {
            int first = at / SECTOR;
            int end = (at + length - 1) / SECTOR + 1;
            lost.set(first + random.nextInt(end - first), end);
        }
        return lost;
    }

    private byte[] merge(int newSize, BitSet lost, boolean onlyWhereEmpty) {
        byte[] found = Arrays.copyOf(now, newSize);
        for (int sector = 0; sector * SECTOR < newSize; sector++) {
            boolean gone = unsynced.get(sector) && lost.get(sector) && !(onlyWhereEmpty && heldSomething(sector));
            if (gone || dropped.get(sector)) {
                restore(found, sector);
            }
        }
        return found;
    }

    private boolean heldSomething(int sector) {
        for (int at = sector * SECTOR; at < Math.min((sector + 1) * SECTOR, syncedSize); at++) {
            if (synced[at] != 0) {
                return true;
            }
        }
        return false;
    }

    private void restore(byte[] found, int sector) {
        int from = sector * SECTOR;
        int to = Math.min(from + SECTOR, found.length);
        Arrays.fill(found, from, to, (byte) 0);
        if (from < syncedSize) {
            System.arraycopy(synced, from, found, from, Math.min(to, syncedSize) - from);
        }
    }

    private void resize(int newSize) {
        if (newSize > now.length) {
            now = Arrays.copyOf(now, Math.max(newSize, now.length * 2));
        }
        if (newSize < size) {
            Arrays.fill(now, newSize, size, (byte) 0);
        }
        size = newSize;
    }

    private void touched(int from, int to) {
        if (to > from) {
            unsynced.set(from / SECTOR, (to - 1) / SECTOR + 1);
            dropped.clear(from / SECTOR, (to - 1) / SECTOR + 1);
        }
    }
}
