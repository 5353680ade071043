package io.drawbore.apply;

import io.drawbore.api.Applied;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogContent;
import io.drawbore.api.ReadTx;
import io.drawbore.proto.raftpb.Entry;
import java.util.List;

/**
 * Holds the digests that a store keeps against its small tables and against the entries that its log still has. For
 * tools: it reads all of both. Sums of key rows say nothing here, since compaction removes rows and not their hashes.
 */
public final class DigestCheck {
    private DigestCheck() {}

    /**
     * What was compared.
     *
     * @param digests how many the store keeps
     * @param entries of how many entries of the log the chain was folded again
     */
    public record Compared(int digests, int entries) {}

    /**
     * Compares.
     *
     * @throws CorruptionException naming the first entry or table that doesn't fit
     */
    public static Compared check(ReadTx store, LogContent log) {
        Applied applied = store.applied();
        List<EntryDigest> kept = store.digests(0);
        if (applied.index() == 0 && kept.isEmpty()) {
            return new Compared(0, 0);
        }
        withoutGap(kept, applied);
        tables(store, kept.getLast());
        return new Compared(kept.size(), chain(kept, log));
    }

    private static void withoutGap(List<EntryDigest> kept, Applied applied) {
        if (kept.isEmpty() || kept.getLast().index() != applied.index()) {
            throw new CorruptionException("the store has applied entry " + applied.index()
                    + " and keeps no digest of it");
        }
        long expected = kept.getFirst().index();
        for (EntryDigest digest : kept) {
            if (digest.index() != expected) {
                throw new CorruptionException("the digest of entry " + expected + " is missing");
            }
            expected++;
        }
    }

    private static void tables(ReadTx store, EntryDigest last) {
        long found = Digests.tables(store);
        if (found != last.tables()) {
            throw new CorruptionException("the small tables sum up to " + hex(found) + ", the digest of entry "
                    + last.index() + " says " + hex(last.tables()));
        }
    }

    private static int chain(List<EntryDigest> kept, LogContent log) {
        int compared = 0;
        for (Entry entry : log.entries()) {
            long place = entry.getIndex() - kept.getFirst().index();
            boolean known = place >= 0 && place < kept.size();
            boolean begins = entry.getIndex() == 1 || entry.getIndex() % Digests.CHAIN_WINDOW == 0;
            if (!known || (place == 0 && !begins) || kept.get((int) place).isAnchor()) {
                continue;
            }
            long before = begins ? 0 : kept.get((int) place - 1).chain();
            long folded = Digests.chain(before, entry);
            long says = kept.get((int) place).chain();
            if (folded != says) {
                throw new CorruptionException("entry " + entry.getIndex() + " of the log folds to " + hex(folded)
                        + ", the store applied one that folds to " + hex(says));
            }
            compared++;
        }
        return compared;
    }

    private static String hex(long value) {
        return Long.toHexString(value);
    }
}
