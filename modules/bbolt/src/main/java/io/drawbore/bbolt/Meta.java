package io.drawbore.bbolt;

import org.jspecify.annotations.Nullable;

/**
 * What a meta page says about the file.
 *
 * @param pageSize bytes of a page
 * @param root page of the root bucket
 * @param rootSequence the root bucket's counter, which nobody uses
 * @param freelist page with the list of free pages, or {@link #NO_FREELIST}
 * @param highWater the first page number that no page has
 * @param transaction the transaction that wrote it; the higher of two valid metas counts
 */
record Meta(int pageSize, long root, long rootSequence, long freelist, long highWater, long transaction) {
    /** In place of a freelist's page: the list is not stored, whoever needs it walks the trees. */
    static final long NO_FREELIST = -1;

    /** Bytes of a meta, page header included. */
    static final int BYTES = Layout.PAGE_HEADER + 64;

    private static final int MAGIC = 0xED0CDAED;
    private static final int VERSION = 2;

    private static final int MAGIC_AT = Layout.PAGE_HEADER;
    private static final int VERSION_AT = MAGIC_AT + 4;
    private static final int PAGE_SIZE_AT = VERSION_AT + 4;
    private static final int ROOT_AT = PAGE_SIZE_AT + 8;
    private static final int SEQUENCE_AT = ROOT_AT + 8;
    private static final int FREELIST_AT = SEQUENCE_AT + 8;
    private static final int HIGH_WATER_AT = FREELIST_AT + 8;
    private static final int TRANSACTION_AT = HIGH_WATER_AT + 8;
    private static final int CHECKSUM_AT = TRANSACTION_AT + 8;

    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** The meta in a page's first bytes; null where there is none or its checksum is wrong. */
    static @Nullable Meta read(byte[] page) {
        if (Layout.unsignedInt(page, MAGIC_AT) != Integer.toUnsignedLong(MAGIC)
                || Layout.unsignedInt(page, VERSION_AT) != VERSION
                || Layout.longAt(page, CHECKSUM_AT) != checksum(page)) {
            return null;
        }
        return new Meta(
                (int) Layout.unsignedInt(page, PAGE_SIZE_AT),
                Layout.longAt(page, ROOT_AT),
                Layout.longAt(page, SEQUENCE_AT),
                Layout.longAt(page, FREELIST_AT),
                Layout.longAt(page, HIGH_WATER_AT),
                Layout.longAt(page, TRANSACTION_AT));
    }

    /** Writes a meta page's first bytes. */
    void write(byte[] bytes, int at, long pageId) {
        final byte[] page = new byte[BYTES];
        Layout.putPageHeader(page, 0, pageId, Layout.META, 0, 0);
        Layout.putInt(page, MAGIC_AT, MAGIC);
        Layout.putInt(page, VERSION_AT, VERSION);
        Layout.putInt(page, PAGE_SIZE_AT, pageSize);
        Layout.putLong(page, ROOT_AT, root);
        Layout.putLong(page, SEQUENCE_AT, rootSequence);
        Layout.putLong(page, FREELIST_AT, freelist);
        Layout.putLong(page, HIGH_WATER_AT, highWater);
        Layout.putLong(page, TRANSACTION_AT, transaction);
        Layout.putLong(page, CHECKSUM_AT, checksum(page));
        System.arraycopy(page, 0, bytes, at, BYTES);
    }

    /** FNV-1a of 64 bits over what stands before the checksum. */
    private static long checksum(byte[] page) {
        long sum = FNV_START;
        for (int at = MAGIC_AT; at < CHECKSUM_AT; at++) {
            sum = (sum ^ (page[at] & 0xff)) * FNV_PRIME;
        }
        return sum;
    }
}
