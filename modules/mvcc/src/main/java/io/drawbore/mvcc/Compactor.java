package io.drawbore.mvcc;

import io.drawbore.api.Counter;
import io.drawbore.api.InvariantException;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Revision;
import io.drawbore.api.WriteTx;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes what the compact revision has made superfluous, a slice at a time. Apply thread only.
 *
 * <p>What remains of a key is every change above the compact revision, and the newest at or below it unless that is a
 * tombstone below it. The walk looks at the rows between the last finished compaction and this one: below the last
 * one each key has a single row left, which goes when the key's newest row within the walk is met.
 *
 * <p>How far the walk has come is not stored: a member that stops in the middle walks again from the last finished
 * compaction, over what is left. Nor does a walk outlive a new compact revision: it begins again towards that one.
 */
final class Compactor {
    private KeyIndex index;
    private volatile long removed;
    private long target;
    private Revision next = new Revision(0, 0);

    Compactor(KeyIndex index) {
        this.index = index;
    }

    /** Goes on with the index of a store that took the place of the one before. */
    void restart(KeyIndex ofNewStore) {
        index = ofNewStore;
        target = 0;
    }

    /**
     * Removes some; see {@link Keyspace#compactionSlice}.
     *
     * @param published the compact revision that readers know
     */
    boolean slice(WriteTx tx, int budget, long published) {
        long compacted = tx.counter(Counter.COMPACT_REVISION);
        long finished = tx.counter(Counter.FINISHED_COMPACT_REVISION);
        InvariantException.check(
                compacted == published,
                "history up to " + compacted + " would go, readers know of " + published);
        if (finished >= compacted) {
            return false;
        }
        Revision start = new Revision(finished, 0);
        if (target != compacted) {
            target = compacted;
            next = start;
        }
        List<KeyRow> rows = tx.scan(next, new Revision(compacted + 1, 0), budget, ReadTx.Content.HEADS);
        List<Revision> gone = new ArrayList<>();
        for (KeyRow row : rows) {
            look(row, start, gone);
            next = row.revision().next();
        }
        tx.remove(gone);
        long before = removed;
        removed = before + gone.size();
        boolean more = rows.size() == budget;
        if (!more) {
            tx.set(Counter.FINISHED_COMPACT_REVISION, compacted);
        }
        return more;
    }

    /** Rows removed since the start. Any thread. */
    long removed() {
        return removed;
    }

    private void look(KeyRow row, Revision start, List<Revision> gone) {
        KeyEntry entry = index.get(Key.of(row.key()));
        if (entry == null) {
            throw new InvariantException("the key of the row at " + row.revision() + " is not in the index");
        }
        int newest = entry.place(target);
        if (PackedRevision.order(entry.change(newest)) > row.revision().packed()) {
            gone.add(row.revision());
            return;
        }
        // what lies within the walk has gone on the way here
        for (int place = 0; place < newest && PackedRevision.order(entry.change(place)) < start.packed(); place++) {
            gone.add(PackedRevision.revision(entry.change(place)));
        }
        if (row.tombstone() && row.revision().main() < target) {
            gone.add(row.revision());
        }
        index.compact(entry, target);
    }
}
