package io.drawbore.watch;

import io.drawbore.mvcc.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The watchers that keep up, found by key. Not thread-safe: the hub's lock guards it. */
final class Subscriptions {
    private final Map<Key, Set<Watcher>> singles = new HashMap<>();
    private final Set<Watcher> ranges = new LinkedHashSet<>();

    void add(Watcher watcher) {
        if (watcher.range.single()) {
            singles.computeIfAbsent(watcher.range.from(), _ -> new LinkedHashSet<>()).add(watcher);
        } else {
            ranges.add(watcher);
        }
    }

    /** Takes a watcher out, if it is in. */
    void remove(Watcher watcher) {
        if (!watcher.range.single()) {
            ranges.remove(watcher);
            return;
        }
        Set<Watcher> watchers = singles.getOrDefault(watcher.range.from(), Set.of());
        if (!watchers.contains(watcher)) {
            return;
        }
        watchers.remove(watcher);
        if (watchers.isEmpty()) {
            singles.remove(watcher.range.from());
        }
    }

    boolean contains(Watcher watcher) {
        return watcher.range.single()
                ? singles.getOrDefault(watcher.range.from(), Set.of()).contains(watcher)
                : ranges.contains(watcher);
    }

    /** All watchers whose range holds a key. */
    List<Watcher> of(Key key) {
        List<Watcher> found = new ArrayList<>(singles.getOrDefault(key, Set.of()));
        for (Watcher watcher : ranges) {
            if (watcher.range.contains(key)) {
                found.add(watcher);
            }
        }
        return found;
    }
}
