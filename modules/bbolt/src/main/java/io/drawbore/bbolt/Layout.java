package io.drawbore.bbolt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where the bytes of a page lie, and what they say. */
final class Layout {
    /** Page: id (8 bytes), kind (2), count of elements (2), how many pages follow that belong to it (4). */
    static final int PAGE_HEADER = 16;

    static final int PAGE_KIND_AT = 8;
    static final int PAGE_COUNT_AT = 10;
    static final int PAGE_OVERFLOW_AT = 12;

    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int META = 0x04;
    static final int FREELIST = 0x10;

    /** Branch element: position of the key from the element's own first byte (4), size of the key (4), child (8). */
    static final int BRANCH_ELEMENT = 16;

    static final int BRANCH_POSITION_AT = 0;
    static final int BRANCH_KEY_SIZE_AT = 4;
    static final int BRANCH_CHILD_AT = 8;

    /** Leaf element: flags (4), position of the key from the element's own first byte (4), sizes of key and value. */
    static final int LEAF_ELEMENT = 16;

    static final int LEAF_FLAGS_AT = 0;
    static final int LEAF_POSITION_AT = 4;
    static final int LEAF_KEY_SIZE_AT = 8;
    static final int LEAF_VALUE_SIZE_AT = 12;

    /** Flag of a leaf element whose value is the header of a bucket. */
    static final int BUCKET_FLAG = 0x01;

    /** Bucket header: root page (8), sequence (8); behind page 0 stands the image of a leaf. */
    static final int BUCKET_HEADER = 16;

    /** Pages 0 and 1 are metas, so that no tree can have its root there. */
    static final long FIRST_PAGE = 2;

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(
            short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Layout() {}

    static int unsignedShort(byte[] bytes, int at) {
        return Short.toUnsignedInt((short) SHORTS.get(bytes, at));
    }

    /** An unsigned number of four bytes. */
    static long unsignedInt(byte[] bytes, int at) {
        return Integer.toUnsignedLong((int) INTS.get(bytes, at));
    }

    static long longAt(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    static void putShort(byte[] bytes, int at, int value) {
        SHORTS.set(bytes, at, (short) value);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INTS.set(bytes, at, value);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONGS.set(bytes, at, value);
    }

    static void putPageHeader(byte[] bytes, int at, long id, int kind, int count, int overflow) {
        putLong(bytes, at, id);
        putShort(bytes, at + PAGE_KIND_AT, kind);
        putShort(bytes, at + PAGE_COUNT_AT, count);
        putInt(bytes, at + PAGE_OVERFLOW_AT, overflow);
    }

    /** How many pages so many bytes fill. */
    static long pages(long bytes, int pageSize) {
        return (bytes + pageSize - 1) / pageSize;
    }
}
