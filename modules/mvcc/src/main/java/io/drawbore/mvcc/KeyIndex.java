package io.drawbore.mvcc;

import io.drawbore.api.KeyRow;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key and where its changes stand. The apply thread adds; any thread reads, and ignores what is too new for it.
 */
final class KeyIndex {
    private final ConcurrentNavigableMap<Key, KeyHistory> histories = new ConcurrentSkipListMap<>();
    private long size;

    /** Adds a row's change. Rows come in revision order. Apply thread only. */
    void add(Key key, KeyRow row) {
        KeyHistory history = histories.get(key);
        if (history == null) {
            history = new KeyHistory();
            histories.put(key, history);
            size++;
        }
        history.append(row.revision(), row.tombstone(), row.createRevision(), row.version());
    }

    /** Keys with a history, whether they live or not. Apply thread only. */
    long size() {
        return size;
    }

    @Nullable KeyHistory history(Key key) {
        return histories.get(key);
    }

    /** All histories of a range, in key order, those without a present life too. */
    Iterable<Map.Entry<Key, KeyHistory>> histories(KeyRange range) {
        if (range.single()) {
            KeyHistory history = histories.get(range.from());
            return history == null ? List.of() : List.of(Map.entry(range.from(), history));
        }
        if (range.isEmpty()) {
            return List.of();
        }
        Key to = range.to();
        return (to == null ? histories.tailMap(range.from(), true) : histories.subMap(range.from(), to)).entrySet();
    }
}
