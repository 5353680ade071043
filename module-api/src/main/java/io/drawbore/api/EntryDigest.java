package io.drawbore.api;

/**
 * What a store remembers of one applied entry, to be compared with other members at the same index.
 *
 * @param index the entry's raft index
 * @param chain hash over the log up to the entry, restarted at every index divisible by 4,096
 * @param rowsLow sum, modulo 2^64, of the first hash of every key row created up to here
 * @param rowsHigh the same of the second, independent hash
 * @param tables sum, modulo 2^64, of the hashes of all rows the small tables hold now
 */
public record EntryDigest(long index, long chain, long rowsLow, long rowsHigh, long tables) {
    /** The digest of a store that has applied nothing. */
    public static final EntryDigest NONE = new EntryDigest(0, 0, 0, 0, 0);

    /**
     * The digest of a store whose content came from another member and not from entries. Chain and row sums begin
     * anew there, so they are compared with another member's by their differences from this one.
     *
     * @param index the last entry that the content holds, from 1
     * @param tables as in every digest
     */
    public static EntryDigest anchor(long index, long tables) {
        return new EntryDigest(index, 0, 0, 0, tables);
    }

    /**
     * Whether it is an {@link #anchor}. An entry has such a digest by chance once in 2^192.
     */
    public boolean isAnchor() {
        return index > 0 && chain == 0 && rowsLow == 0 && rowsHigh == 0;
    }
}
