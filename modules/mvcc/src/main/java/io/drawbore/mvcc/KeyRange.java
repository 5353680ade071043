package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The keys a request speaks of: one key, or all from one key up to another.
 *
 * @param from the first key
 * @param to the first key behind the range, or null where the range has no end
 * @param single whether only {@code from} is meant; then {@code to} is null
 */
public record KeyRange(Key from, @Nullable Key to, boolean single) {
    /** Every key there can be. */
    public static final KeyRange ALL = new KeyRange(Key.of(ByteString.EMPTY), null, false);

    private static final ByteString NO_END = ByteString.copyFrom(new byte[] {0});

    /**
     * A range as requests spell it.
     *
     * @param key the first key
     * @param rangeEnd empty for that key alone, one zero byte for no end, else the first key behind the range
     */
    public static KeyRange of(ByteString key, ByteString rangeEnd) {
        if (rangeEnd.isEmpty()) {
            return new KeyRange(Key.of(key), null, true);
        }
        return new KeyRange(Key.of(key), rangeEnd.equals(NO_END) ? null : Key.of(rangeEnd), false);
    }

    /** Whether the range holds a key. */
    public boolean contains(Key key) {
        if (single) {
            return from.equals(key);
        }
        return from.compareTo(key) <= 0 && (to == null || key.compareTo(to) < 0);
    }

    /** Whether no key can be in the range: its end does not lie behind its start. */
    public boolean isEmpty() {
        return to != null && to.compareTo(from) <= 0;
    }
}
