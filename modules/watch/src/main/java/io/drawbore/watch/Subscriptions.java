package io.drawbore.watch;

import io.drawbore.mvcc.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Watchers found by key, whether they watch one key or a range. Not thread-safe. */
final class Subscriptions {
    private final Map<Key, Set<Watcher>> singles = new HashMap<>();
    private final RangeIndex ranges = new RangeIndex();

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
        Set<Watcher> watchers = singles.get(watcher.range.from());
        if (watchers != null && watchers.remove(watcher) && watchers.isEmpty()) {
            singles.remove(watcher.range.from());
        }
    }

    /** Calls for each watcher whose range holds a key: in logarithmic time, and the time of those found. */
    void forEach(Key key, Consumer<Watcher> action) {
        Set<Watcher> watchers = singles.get(key);
        if (watchers != null) {
            watchers.forEach(action);
        }
        ranges.forEach(key, action);
    }

    /** All watchers. */
    List<Watcher> all() {
        List<Watcher> all = new ArrayList<>();
        singles.values().forEach(all::addAll);
        ranges.forEach(all::add);
        return all;
    }
}
