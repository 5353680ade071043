package io.drawbore.simulator;

import io.drawbore.api.Applied;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogRecovery;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What must hold after every event, over all members, looked at as they write: one leader a term, equal logs where a
 * term agrees, nothing committed is lost, nothing is applied that isn't committed and synced, equal digests and
 * revisions at equal index, revisions and indexes that only grow. It keeps the first that didn't hold. One thread.
 */
public final class Invariants {
    /** A term and the index of an entry, in one number. */
    private static final int TERM_BITS = 24;

    private final Map<String, LogOnDisk> logs = new TreeMap<>();
    private final Map<String, Applied> applied = new TreeMap<>();
    private final Map<Long, Long> leaders = new HashMap<>();
    private final Map<Long, Long> contents = new HashMap<>();
    private final List<Long> committed = new ArrayList<>(List.of(0L));
    /** Those of members that applied all entries themselves; only their chains can be compared. */
    private final Map<Long, EntryDigest> digests = new HashMap<>();

    private final Map<Long, Long> tables = new HashMap<>();
    private final Map<Long, Rows> rows = new HashMap<>();
    /** Members whose stores came from others count rows from here on. */
    private final Map<String, Long> anchors = new TreeMap<>();

    private final Map<Long, Long> revisions = new HashMap<>();
    private final int founders;
    private boolean membersChange;
    private Optional<String> broken = Optional.empty();

    /**
     * Of a cluster that has done nothing yet.
     *
     * @param founders how many members found it; as many first entries are committed by definition
     */
    Invariants(int founders) {
        this.founders = founders;
    }

    /** The first that did not hold, in one line. */
    public Optional<String> broken() {
        return broken;
    }

    /** Something that must not be was seen. */
    void fail(String what) {
        if (broken.isEmpty()) {
            broken = Optional.of(what);
        }
    }

    private void require(boolean holds, String who, String what) {
        if (!holds) {
            fail(who + ": " + what);
        }
    }

    /** From now on a majority is not that of the founders. */
    void membersChange() {
        membersChange = true;
    }

    /** How far anybody knew the log to be committed. */
    public long committed() {
        return committed.size() - 1L;
    }

    private LogOnDisk log(String who) {
        return logs.computeIfAbsent(who, _ -> new LogOnDisk());
    }

    // ---- logs

    void created(String who) {
        log(who).created();
    }

    void opened(String who, LogRecovery found) {
        LogOnDisk log = log(who);
        log.opened(found);
        commit(who, log, log.start());
    }

    /** A machine's disk is a new one. */
    void wiped(String who) {
        logs.remove(who);
        applied.remove(who);
        anchors.remove(who);
    }

    void append(String who, HardState state, List<Entry> entries) {
        LogOnDisk log = log(who);
        if (!entries.isEmpty()) {
            long first = entries.getFirst().getIndex();
            require(first > log.commit(), who, "entry " + first + " is written over, committed up to " + log.commit());
            require(first <= log.last() + 1, who, "entry " + first + " follows " + log.last());
        }
        long previous = entries.isEmpty() ? 0 : log.term(entries.getFirst().getIndex() - 1);
        long before = log.commit();
        log.append(state, entries);
        for (Entry entry : entries) {
            match(who, entry, previous);
            previous = entry.getTerm();
        }
        commit(who, log, before);
    }

    /** Log matching: an index and a term name one entry, and through the term before it all that went before. */
    private void match(String who, Entry entry, long previousTerm) {
        long content = entry.getData().hashCode() * 31L + entry.getType().getNumber();
        content = content << TERM_BITS ^ previousTerm;
        Long known = contents.putIfAbsent(entry.getIndex() << TERM_BITS | entry.getTerm(), content);
        require(
                known == null || known == content,
                who,
                "entry " + entry.getIndex() + " of term " + entry.getTerm() + " is not what another member has");
    }

    private void commit(String who, LogOnDisk log, long before) {
        require(log.commit() <= log.last(), who, "commits " + log.commit() + ", its log ends at " + log.last());
        for (long index = Math.max(before, log.start()) + 1; index <= Math.min(log.commit(), log.last()); index++) {
            long term = log.term(index);
            if (index < committed.size()) {
                require(
                        committed.get((int) index) == term,
                        who,
                        "commits entry " + index + " of term " + term + ", another committed it in term "
                                + committed.get((int) index));
            } else if (index == committed.size()) {
                committed.add(term);
            }
        }
        long newest = log.commit();
        if (newest > Math.max(before, founders) && newest == committed() && !membersChange) {
            long have = logs.values().stream().filter(one -> one.syncedTerm(newest) == log.term(newest)).count();
            require(
                    have > founders / 2 || newest == log.start(),
                    who,
                    "commits entry " + newest + ", which only " + have + " members have synced");
        }
    }

    /** A store holds an entry durably; where the log doesn't hold it, the log goes on behind it. */
    void snapshot(String who, Applied at) {
        LogOnDisk log = log(who);
        if (log.term(at.index()) == at.term()) {
            log.sync();
        } else if (at.index() > log.start()) {
            log.restarted(at.index(), at.term());
        }
    }

    void sync(String who) {
        log(who).sync();
    }

    // ---- what is sent

    /** A member acted as the leader of a term. */
    void leads(String who, long id, long term) {
        Long known = leaders.putIfAbsent(term, id);
        if (known != null) {
            require(known == id, who, "leads term " + term + " too");
            return;
        }
        // one that was elected long ago and paused may lack what was committed in later terms
        long newest = committed();
        while (newest > 0 && committed.get((int) newest) >= term) {
            newest--;
        }
        LogOnDisk log = log(who);
        long termThere = committed.get((int) newest);
        require(
                log.start() >= newest || log.term(newest) == termThere,
                who,
                "leads term " + term + " without entry " + newest + " of term " + termThere + ", which was committed");
    }

    // ---- stores

    /** A store was opened; a loss of power may have taken its last commits. */
    void found(String who, Applied at) {
        applied.put(who, at);
    }

    void digests(String who, List<EntryDigest> all) {
        for (EntryDigest digest : all) {
            if (digest.isAnchor()) {
                anchor(who, digest);
            } else {
                digest(who, digest);
            }
        }
    }

    /** The digest of all rows that were ever created. */
    private record Rows(long low, long high) {
        static final Rows NONE = new Rows(0, 0);

        Rows plus(EntryDigest digest) {
            return new Rows(low + digest.rowsLow(), high + digest.rowsHigh());
        }
    }

    private void digest(String who, EntryDigest digest) {
        Long anchor = anchors.get(who);
        if (anchor == null) {
            EntryDigest known = digests.putIfAbsent(digest.index(), digest);
            require(
                    known == null || known.equals(digest),
                    who,
                    "has " + digest + " where another member has " + known);
        }
        tables(who, digest);
        // at an anchor that nobody has got to who can count all rows, nobody knows yet how far it is off
        Rows before = anchor == null ? Rows.NONE : rows.get(anchor);
        if (before != null) {
            Rows all = before.plus(digest);
            Rows known = rows.putIfAbsent(digest.index(), all);
            require(
                    known == null || known.equals(all),
                    who,
                    "has " + digest + " beyond " + before + " where another member has " + known);
        }
    }

    private void tables(String who, EntryDigest digest) {
        Long known = tables.putIfAbsent(digest.index(), digest.tables());
        require(
                known == null || known == digest.tables(),
                who,
                "has " + digest + " where another member's tables are " + known);
    }

    private void anchor(String who, EntryDigest anchor) {
        tables(who, anchor);
        anchors.put(who, anchor.index());
    }

    void applied(String who, Applied at, long revision, long revisionBefore) {
        LogOnDisk log = log(who);
        require(at.index() <= log.commit(), who,
                "applies " + at.index() + ", knows it committed up to " + log.commit());
        require(at.index() <= log.synced(), who, "applies " + at.index() + ", has synced up to " + log.synced());
        installed(who, at, revision, revisionBefore);
    }

    /** A store is at an entry, in whatever way it got there. */
    void installed(String who, Applied at, long revision, long revisionBefore) {
        Applied before = applied.getOrDefault(who, Applied.NONE);
        require(at.index() > before.index(), who, "applies " + at.index() + " after " + before.index());
        require(
                at.index() < committed.size() && committed.get((int) at.index()) == at.term(),
                who,
                "applies entry " + at.index() + " of term " + at.term() + ", which is not what was committed");
        require(revision >= revisionBefore, who, "goes back from revision " + revisionBefore + " to " + revision);
        Long known = revisions.putIfAbsent(at.index(), revision);
        require(
                known == null || known == revision,
                who,
                "is at revision " + revision + " at entry " + at.index() + ", another at " + known);
        applied.put(who, at);
    }
}
