package io.drawbore.api;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A stable view of a store: everything it answers belongs to one commit, however long it is kept and whatever is
 * written meanwhile. One thread at a time. Keep it short: a store cannot reuse what an open view still sees.
 *
 * <p>Every row read is checked against its checksum; one that fails is a {@link CorruptionException} naming it.
 */
public interface ReadTx extends AutoCloseable {
    /** The last entry this view holds, read from the store, never from memory. */
    Applied applied();

    /** A number by name. */
    long counter(Counter counter);

    /** The row at a revision, or null where there is none (never written, or compacted away). */
    @Nullable KeyRow row(Revision revision);

    /**
     * The rows at the given revisions, in the order asked for, null where there is none.
     *
     * @param revisions at most a few thousand at a time; the caller cuts longer lists
     */
    List<@Nullable KeyRow> rows(List<Revision> revisions);

    /**
     * Rows in revision order.
     *
     * @param from first revision wanted
     * @param to first revision not wanted
     * @param limit at most so many rows, 1 to 100,000
     * @param content whether values are wanted too
     * @return at most {@code limit} rows; to go on, ask again from behind the last one
     */
    List<KeyRow> scan(Revision from, Revision to, int limit, Content content);

    /** What a scan fetches of each row. */
    enum Content {
        /** All but the value, which reads as empty; the checksum, which covers the value, is then not checked. */
        HEADS,
        /** The whole row. */
        VALUES
    }

    /** A value of a small table, or null. */
    @Nullable ByteString get(Table table, ByteString key);

    /** A small table, whole, keys in unsigned byte order. */
    SortedMap<ByteString, ByteString> all(Table table);

    /** The newest digest, {@link EntryDigest#NONE} in a new store. */
    EntryDigest digest();

    /** Digests kept, oldest first, of indexes from {@code fromIndex} on; a store keeps at least the last 4,096. */
    List<EntryDigest> digests(long fromIndex);

    /** Ends the view. Safe to call twice. */
    @Override
    void close();
}
