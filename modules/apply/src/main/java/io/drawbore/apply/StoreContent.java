package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Table;
import java.util.function.Consumer;

/**
 * All that the store of another member held at an index, to take the place of this one's. One thread at a time; each
 * walk may fail with a {@link io.drawbore.api.StorageException}, and the same walk tells the same twice.
 */
public interface StoreContent {
    /** The last entry that it holds. */
    Applied applied();

    /** History up to here may be gone; 0 when never compacted. */
    long compactRevision();

    /** The compaction whose rows are all gone; at most {@link #compactRevision}. */
    long finishedCompactRevision();

    /**
     * Tells of every change of a key, in revision order.
     *
     * @return the store's main revision, from 1
     */
    long rows(Consumer<KeyRow> each);

    /** Tells of every value of the small tables. */
    void values(TableVisitor each);

    /** Told of a value. */
    interface TableVisitor {
        /** A value of a small table. */
        void visit(Table table, ByteString key, ByteString value);
    }
}
