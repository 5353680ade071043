package io.drawbore.wal.internal;

/**
 * What a record that reads badly, in the last segment, means. Before the last segment it is always corruption.
 *
 * <p>Each batch after a sync begins with a mark, a checksum record, which etcd's readers take anywhere. A batch is
 * written
 * only after the one before it was synced; so behind a bad record the mark of a later batch proves that the bad one
 * had been
 * durable. Within the last batch the persist record decides, and where it does not reach so far, the shape of the
 * damage: a
 * disk that lost power leaves sectors unwritten, which read as zeros since segments are filled with zeros before use;
 * it does
 * not flip bits. Whole records behind a hole within one batch prove nothing, since a disk writes sectors in any order.
 */
enum TailVerdict {
    /** The batch never reached the disk whole, so nobody was told it was durable: cut it off. */
    TORN,
    /** Cut it off, but nothing proves that it had not been durable. */
    UNSAFE,
    /** It had been durable: refuse. */
    CORRUPTION;

    /** Who wrote the end of the log. */
    enum Writer {
        /** We did: it has marks, and its persist record is readable. */
        MARKED,
        /** etcd did: there are no marks and no persist record that speaks of this place. */
        UNMARKED,
        /** We did, but the persist record is lost. */
        UNKNOWN
    }

    /**
     * What was found at the bad record and behind it.
     *
     * @param covered whether the persist record says that it had been durable
     * @param laterBatch whether the mark of a later batch lies behind it
     * @param laterRecord whether a whole record lies behind it
     * @param hole whether a sector of it or behind it reads as zeros, or the file ends within it
     */
    record Evidence(boolean covered, boolean laterBatch, boolean laterRecord, boolean hole) {}

    static TailVerdict of(Evidence found, Writer writer) {
        if (found.covered() || found.laterBatch()) {
            return CORRUPTION;
        }
        return switch (writer) {
            case MARKED -> found.hole() ? TORN : UNSAFE;
            case UNKNOWN -> UNSAFE;
            // etcd's own rule, but it would also cut off, silently, where whole records follow the hole
            case UNMARKED -> !found.hole() ? CORRUPTION : found.laterRecord() ? UNSAFE : TORN;
        };
    }
}
