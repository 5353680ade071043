package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.NavigableMap;

/** The keys that a request names with a key and a range end, in etcd's way of saying it. */
record KeyRange(ByteString key, ByteString end) {
    static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();
    private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

    /** The keys of a watch, for which no key means from the first one on. */
    static KeyRange watched(ByteString key, ByteString end) {
        return new KeyRange(key.isEmpty() ? ZERO : key, end);
    }

    boolean contains(ByteString other) {
        if (end.isEmpty()) {
            return key.equals(other);
        }
        return ORDER.compare(key, other) <= 0 && (end.equals(ZERO) || ORDER.compare(other, end) < 0);
    }

    /** The part of a map, in {@link #ORDER}, that has these keys. */
    <V> NavigableMap<ByteString, V> of(NavigableMap<ByteString, V> map) {
        if (end.isEmpty()) {
            return map.subMap(key, true, key, true);
        }
        if (end.equals(ZERO)) {
            return map.tailMap(key, true);
        }
        return ORDER.compare(key, end) < 0 ? map.subMap(key, true, end, false) : map.subMap(key, true, key, false);
    }
}
