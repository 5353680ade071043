package io.drawbore.raft.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Member ids, each once, in the order of unsigned numbers. Never changed. */
public final class IdSet {
    /** No ids. */
    public static final IdSet EMPTY = new IdSet(new long[0]);

    private final long[] ids;

    private IdSet(long[] sorted) {
        ids = sorted;
    }

    /** A set of some ids, given in any order, repeated or not. */
    public static IdSet of(Iterable<Long> ids) {
        IdSet set = EMPTY;
        for (long id : ids) {
            set = set.with(id);
        }
        return set;
    }

    /** How many ids there are. */
    public int size() {
        return ids.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return ids.length == 0;
    }

    /** The id at a place, counted from 0 in ascending order. */
    public long get(int place) {
        return ids[place];
    }

    /** Whether an id is among them. */
    public boolean contains(long id) {
        for (long each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }

    /** This set and one id more. */
    public IdSet with(long id) {
        if (contains(id)) {
            return this;
        }
        int place = 0;
        while (place < ids.length && Long.compareUnsigned(ids[place], id) < 0) {
            place++;
        }
        long[] more = new long[ids.length + 1];
        System.arraycopy(ids, 0, more, 0, place);
        more[place] = id;
        System.arraycopy(ids, place, more, place + 1, ids.length - place);
        return new IdSet(more);
    }

    /** This set without one id. */
    public IdSet without(long id) {
        if (!contains(id)) {
            return this;
        }
        return new IdSet(Arrays.stream(ids).filter(each -> each != id).toArray());
    }

    /** All ids of both sets. */
    public IdSet union(IdSet other) {
        IdSet union = this;
        for (long id : other.ids) {
            union = union.with(id);
        }
        return union;
    }

    /** How many ids are in exactly one of both sets. */
    public int symmetricDifference(IdSet other) {
        int both = (int) Arrays.stream(ids).filter(other::contains).count();
        return ids.length + other.ids.length - 2 * both;
    }

    /** The ids as a list, ascending. */
    public List<Long> toList() {
        List<Long> list = new ArrayList<>(ids.length);
        for (long id : ids) {
            list.add(id);
        }
        return list;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdSet set && Arrays.equals(ids, set.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    /** As etcd writes it: {@code (1 2 a)}, in hexadecimal. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("(");
        for (int place = 0; place < ids.length; place++) {
            text.append(place == 0 ? "" : " ").append(Long.toHexString(ids[place]));
        }
        return text.append(')').toString();
    }
}
