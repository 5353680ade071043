package org.example.drawbore.mvstore;

import java.util.ArrayDeque;
import java.util.Deque;
import org.h2.mvstore.MVMap;

/**
 * How the maps get back what the last commit left in them. MVStore's own rollback would forget what views are held. The
 * apply thread only.
 */
final class Undo {
    private final Maps maps;
    private final Maps before;
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean cleared;

    /** @param before the maps of the last commit */
    Undo(Maps maps, Maps before) {
        this.maps = maps;
        this.before = before;
    }

    /** Sets a value, or removes it where that is null; answers what was there, or null. */
    <K> byte[] change(MVMap<K, byte[]> map, K key, byte[] value) {
        byte[] old = value == null ? map.remove(key) : map.put(key, value);
        if (!cleared) {
            steps.push(() -> set(map, key, old));
        }
        return old;
    }

    private static <K> void set(MVMap<K, byte[]> map, K key, byte[] value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** Empties all maps. */
    void clear() {
        cleared = true;
        steps.clear();
        maps.all().forEach(MVMap::clear);
    }

    /** Takes everything back. */
    void run() {
        if (cleared) {
            maps.all().forEach(MVMap::clear);
            for (int i = 0; i < maps.byNumber().size(); i++) {
                copy(before.byNumber().get(i), maps.byNumber().get(i));
            }
            maps.tables().forEach((table, map) -> copy(before.table(table), map));
        } else {
            steps.forEach(Runnable::run);
        }
    }

    private static <K> void copy(MVMap<K, byte[]> from, MVMap<K, byte[]> to) {
        var rows = from.cursor(null);
        while (rows.hasNext()) {
            K key = rows.next();
            to.put(key, rows.getValue());
        }
    }
}
