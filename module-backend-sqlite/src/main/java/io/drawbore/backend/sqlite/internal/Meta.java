package io.drawbore.backend.sqlite.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * The one row of the table {@code meta}: what is true of the whole store.
 *
 * @param applied the last entry the store holds
 * @param counters every counter's value, in the order of {@link Counter}
 */
record Meta(Applied applied, Map<Counter, Long> counters) {
    Meta {
        counters = Collections.unmodifiableMap(new EnumMap<>(counters));
    }

    static Meta initial() {
        Map<Counter, Long> counters = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            counters.put(counter, counter.initial());
        }
        return new Meta(Applied.NONE, counters);
    }

    long counter(Counter counter) {
        return counters.getOrDefault(counter, counter.initial());
    }

    /** The same entry with some counters changed. */
    Meta with(Applied entry, Map<Counter, Long> changed) {
        Map<Counter, Long> all = new EnumMap<>(counters);
        all.putAll(changed);
        return new Meta(entry, all);
    }
}
