package io.drawbore.raft.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The progress of every member, in the order of their ids. Who is in it never changes; a configuration change makes a
 * new map of the same progress.
 */
public final class ProgressMap {
    /** Nobody's. */
    public static final ProgressMap EMPTY = new ProgressMap(Map.of());

    private final long[] ids;
    private final Progress[] progress;
    private final LongUnaryOperator matches = this::match;

    /** The progress of these members. */
    public ProgressMap(Map<Long, Progress> members) {
        ids = new long[members.size()];
        progress = new Progress[members.size()];
        Map<Long, Progress> sorted = new TreeMap<>(Long::compareUnsigned);
        sorted.putAll(members);
        int place = 0;
        for (Map.Entry<Long, Progress> member : sorted.entrySet()) {
            ids[place] = member.getKey();
            progress[place++] = member.getValue();
        }
    }

    /** How many members there are. */
    public int size() {
        return ids.length;
    }

    /** The id of a member, by its place counted from 0. */
    public long id(int place) {
        return ids[place];
    }

    /** The progress of a member, by its place counted from 0. */
    public Progress at(int place) {
        return progress[place];
    }

    /** The progress of a member, null for a stranger. */
    public @Nullable Progress get(long id) {
        // A handful of members: looking at each costs less than hashing.
        for (int place = 0; place < ids.length; place++) {
            if (ids[place] == id) {
                return progress[place];
            }
        }
        return null;
    }

    /** The acknowledged index of each member, 0 for a stranger. */
    public LongUnaryOperator matches() {
        return matches;
    }

    /** A copy that may be changed; the progress itself is shared. */
    Map<Long, Progress> toMap() {
        Map<Long, Progress> map = new TreeMap<>(Long::compareUnsigned);
        for (int place = 0; place < ids.length; place++) {
            map.put(ids[place], progress[place]);
        }
        return map;
    }

    private long match(long id) {
        Progress member = get(id);
        return member == null ? 0 : member.match();
    }
}
