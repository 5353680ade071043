package io.drawbore.mvcc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;

/** A key, ordered as clients order them: by unsigned bytes. Immutable. */
public final class Key implements Comparable<Key> {
    private final byte[] bytes;

    private Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A key with the given bytes. */
    public static Key of(ByteString bytes) {
        return new Key(bytes.toByteArray());
    }

    /** A key of bytes that nobody ever changes. */
    static Key wrap(byte[] bytes) {
        return new Key(bytes);
    }

    /** Its bytes; not copied. */
    public ByteString bytes() {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Its bytes themselves, for the index; never changed by anyone. */
    byte[] array() {
        return bytes;
    }

    @Override
    public int compareTo(Key other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes().toStringUtf8();
    }
}
