package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.ConflictFound;
import io.drawbore.raft.RaftEvent.RestoreStarted;
import io.drawbore.raft.RaftEvents;
import io.drawbore.raft.RaftStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The log as the core sees it: what the storage has, then what is yet to be written. Owns how far the log is committed,
 * handed out to be applied, and applied: {@code applied ≤ applying ≤ committed ≤ last index}.
 */
public final class RaftLog {
    /** The term where there is no telling: the entry is compacted, or was never there. */
    static final long UNKNOWN_TERM = UnstableLog.UNKNOWN;

    private final RaftStorage storage;
    private final RaftEvents events;
    private final UnstableLog unstable;
    private final long maxApplyingSize;
    // Otherwise only what is in the storage is handed out to be applied.
    private final boolean applyUnstable;
    private long committed;
    private long applying;
    private long applied;
    // Encoded size of what was handed out and is not applied yet.
    private long applyingSize;
    private boolean applyingPaused;

    RaftLog(RaftStorage storage, RaftEvents events, long maxApplyingSize, boolean applyUnstable) {
        this.storage = storage;
        this.events = events;
        this.maxApplyingSize = maxApplyingSize;
        this.applyUnstable = applyUnstable;
        unstable = new UnstableLog(storage.lastIndex() + 1, events);
        committed = storage.firstIndex() - 1;
        applying = committed;
        applied = committed;
    }

    /** The last index known to be on a quorum. */
    public long committed() {
        return committed;
    }

    /** The last index that the host reported applied. */
    public long applied() {
        return applied;
    }

    /** The last index. */
    public long lastIndex() {
        long last = unstable.lastIndex();
        return last == UnstableLog.UNKNOWN ? storage.lastIndex() : last;
    }

    /** The first index that can be read. */
    long firstIndex() {
        Snapshot snapshot = unstable.snapshot();
        return snapshot == null ? storage.firstIndex() : snapshot.getMetadata().getIndex() + 1;
    }

    /** Term and index of the last entry. */
    public At last() {
        long index = lastIndex();
        long term = term(index);
        InvariantException.check(term != UNKNOWN_TERM, "the term of the last entry, " + index + ", is unknown");
        return new At(term, index);
    }

    /** The term at an index, {@link #UNKNOWN_TERM} where there is no telling. */
    long term(long index) {
        long term = unstable.term(index);
        if (term != UnstableLog.UNKNOWN) {
            return term;
        }
        return index < firstIndex() - 1 || index > lastIndex() ? UNKNOWN_TERM : storage.term(index);
    }

    long termOrZero(long index) {
        return Math.max(0, term(index));
    }

    boolean matches(long term, long index) {
        return term(index) == term;
    }

    /** Whether a log that ends so is at least as complete as this one (Raft thesis 3.6.1). */
    boolean upToDate(At theirs) {
        At ours = last();
        return theirs.term() > ours.term() || (theirs.term() == ours.term() && theirs.index() >= ours.index());
    }

    /** Appends entries behind a committed prefix; what contradicts them goes. */
    void append(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        long behind = entries.getFirst().getIndex() - 1;
        InvariantException.check(behind >= committed,
                "entries behind " + behind + " would replace committed ones, up to " + committed);
        unstable.append(entries);
    }

    /**
     * A leader's entries behind an entry that must be in this log (Raft thesis 3.5).
     *
     * @return the last index that is now known to equal the leader's log, {@link #UNKNOWN_TERM} if that entry is not
     *     here
     */
    long appendBehind(At behind, List<Entry> entries, long leaderCommit) {
        if (!matches(behind.term(), behind.index())) {
            return UNKNOWN_TERM;
        }
        long last = behind.index() + entries.size();
        int news = firstConflict(entries);
        if (news < entries.size()) {
            long index = entries.get(news).getIndex();
            InvariantException.check(index > committed, "entry " + index + " contradicts a committed one");
            append(entries.subList(news, entries.size()));
        }
        commitTo(Math.min(leaderCommit, last));
        return last;
    }

    private int firstConflict(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!matches(entry.getTerm(), entry.getIndex())) {
                if (entry.getIndex() <= lastIndex()) {
                    events.on(new ConflictFound(entry.getIndex(), termOrZero(entry.getIndex()), entry.getTerm()));
                }
                return i;
            }
        }
        return entries.size();
    }

    /**
     * The highest index up to a given one at which this log may equal one whose entry there has that term; with this
     * log's term at it, 0 if that is unknown. It saves a leader from stepping back entry by entry (Raft thesis 3.5).
     */
    At possibleMatch(long index, long term) {
        for (long i = index; i > 0; i--) {
            long ours = term(i);
            if (ours == UNKNOWN_TERM) {
                return new At(0, i);
            }
            if (ours <= term) {
                return new At(ours, i);
            }
        }
        return new At(0, 0);
    }

    /** Commits up to an index; never less than before. */
    void commitTo(long index) {
        if (index > committed) {
            InvariantException.check(index <= lastIndex(), "commit " + index + " is behind the log's end " + lastIndex()
                    + ": the log was cut, corrupted or lost");
            committed = index;
        }
    }

    /**
     * Commits up to an index that a quorum has, if its entry is of this term: an entry of an earlier one might still be
     * replaced (Raft thesis 3.6.2, figure 3.7). Whether that is news.
     */
    boolean commitOfTerm(long term, long index) {
        if (index > committed && term != 0 && matches(term, index)) {
            commitTo(index);
            return true;
        }
        return false;
    }

    /**
     * Takes over what is known of a restart. The commit index is never synced for its own sake, so a power loss may
     * leave it behind what was applied; but what was applied was committed.
     *
     * @param commit the recorded commit index, 0 if none was
     * @param appliedByHost the last index that the host has applied, 0 if it leaves that to the storage's first index
     */
    void restore(long commit, long appliedByHost) {
        InvariantException.check(commit == 0 || commit >= committed,
                "commit " + commit + " is below the start of the log, " + committed);
        InvariantException.check(Math.max(commit, appliedByHost) <= lastIndex(), "the log ends at " + lastIndex()
                + " though " + commit + " is committed and " + appliedByHost
                + " applied: it was cut, corrupted or lost");
        committed = Math.max(committed, Math.max(commit, appliedByHost));
        if (appliedByHost > 0) {
            appliedTo(appliedByHost, 0);
        }
    }

    /** Commits first entries that are not on any disk yet; only when a cluster is made. */
    void commitFirst(long index) {
        committed = index;
    }

    /** Entries to write next. */
    public List<Entry> nextUnstable() {
        return unstable.nextEntries();
    }

    /** Whether there are any. */
    public boolean hasNextUnstable() {
        return unstable.hasNextEntries();
    }

    /** Whether there are entries that are not reported stable. */
    public boolean hasUnstable() {
        return unstable.size() > 0;
    }

    /** A snapshot to install next. */
    public @Nullable Snapshot nextSnapshot() {
        return unstable.nextSnapshot();
    }

    boolean snapshotPending() {
        return unstable.snapshot() != null;
    }

    Snapshot snapshot() {
        Snapshot snapshot = unstable.snapshot();
        return snapshot == null ? storage.snapshot() : snapshot;
    }

    /** Everything to be written was handed out. */
    public void acceptUnstable() {
        unstable.accept();
    }

    /** The storage has the log up to an entry. */
    void stableTo(long term, long index) {
        unstable.stableTo(term, index);
    }

    void stableSnapshotTo(long index) {
        unstable.stableSnapshotTo(index);
    }

    /** Entries to apply next: committed, and no more at a time than the limit allows. */
    public List<Entry> nextCommitted() {
        return hasNextCommitted() ? slice(applying + 1, appliable() + 1, maxApplyingSize - applyingSize) : List.of();
    }

    /** Whether there are any. */
    public boolean hasNextCommitted() {
        // With a snapshot to install it would not be clear what comes first.
        return !applyingPaused && !snapshotPending() && applying < appliable();
    }

    // With ready and advance a Ready's entries are durable before its committed entries are applied. Where the two are
    // done side by side nothing would order them, so what is not durable here waits, even if a quorum has it.
    private long appliable() {
        return applyUnstable ? committed : Math.min(committed, unstable.offset() - 1);
    }

    /** Entries up to an index, of this encoded size, were handed out to be applied. */
    public void acceptApplying(long index, long size) {
        InvariantException.check(index <= committed, "entry " + index + " is applied before it is committed");
        applying = index;
        applyingSize += size;
        // If less was handed out than could be applied, the limit was what stopped it.
        applyingPaused = applyingSize >= maxApplyingSize || index < appliable();
    }

    /** Entries up to an index, of this encoded size, were applied. */
    void appliedTo(long index, long size) {
        InvariantException.check(index >= applied && index <= committed,
                "applied " + index + " lies outside of " + applied + ".." + committed);
        applied = index;
        applying = Math.max(applying, index);
        applyingSize = Math.max(0, applyingSize - size);
        applyingPaused = applyingSize >= maxApplyingSize;
    }

    /** Whether one of the entries that are committed and not applied satisfies a condition. */
    boolean anyUnapplied(Predicate<Entry> condition) {
        long next = applied + 1;
        while (next <= committed) {
            List<Entry> page = slice(next, committed + 1, maxApplyingSize);
            for (int i = 0; i < page.size(); i++) {
                if (condition.test(page.get(i))) {
                    return true;
                }
            }
            next += page.size();
        }
        return false;
    }

    /** Entries from an index on, as far as a size allows; none if the index is behind the end. */
    List<Entry> entriesFrom(long index, long maxBytes) {
        return index > lastIndex() ? List.of() : slice(index, lastIndex() + 1, maxBytes);
    }

    /** A snapshot takes the place of the log. */
    void restore(Snapshot snapshot) {
        long index = snapshot.getMetadata().getIndex();
        events.on(new RestoreStarted(new At(snapshot.getMetadata().getTerm(), index), committed, applied, applying,
                unstable.offset(), unstable.offsetInProgress(), unstable.size()));
        committed = index;
        unstable.restore(snapshot);
    }

    private List<Entry> slice(long lo, long hi, long maxBytes) {
        if (lo >= unstable.offset()) {
            return EntrySizes.limit(unstable.view(lo, hi), maxBytes);
        }
        long cut = Math.min(hi, unstable.offset());
        List<Entry> stable = storage.entries(lo, cut, maxBytes);
        if (hi <= cut || stable.size() < cut - lo) {
            return stable;
        }
        long room = maxBytes - EntrySizes.encoded(stable);
        List<Entry> rest = EntrySizes.limit(unstable.view(cut, hi), room);
        if (rest.getFirst().getSerializedSize() > room) {
            return stable;
        }
        List<Entry> both = new ArrayList<>(stable.size() + rest.size());
        both.addAll(stable);
        both.addAll(rest);
        return List.copyOf(both);
    }
}
