package io.drawbore.simulator;

import io.drawbore.api.LogRecovery;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.Arrays;
import java.util.List;

/** What one member has written to its log, seen from outside: terms, and how far it is synced and committed. */
final class LogOnDisk {
    private long start;
    private long startTerm;
    private long last;
    private long synced;
    private long commit;
    private long term;
    /** Terms of the entries above the start. */
    private long[] terms = new long[64];

    /** As it was found at a start of the member. Nothing of it will be lost that isn't lost by now. */
    void opened(LogRecovery found) {
        start = found.start().index();
        startTerm = found.start().term();
        last = start;
        found.entries().forEach(this::put);
        synced = last;
        commit = Math.max(start, found.hardState().getCommit());
        term = found.hardState().getTerm();
    }

    void created() {
        start = 0;
        startTerm = 0;
        last = 0;
        synced = 0;
        commit = 0;
        term = 0;
    }

    void append(HardState state, List<Entry> entries) {
        if (!entries.isEmpty()) {
            synced = Math.min(synced, entries.getFirst().getIndex() - 1);
            entries.forEach(this::put);
        }
        if (!state.equals(HardState.getDefaultInstance())) {
            commit = Math.max(commit, state.getCommit());
            term = state.getTerm();
        }
    }

    /** A snapshot took the place of all that was. */
    void restarted(long index, long atTerm) {
        start = index;
        startTerm = atTerm;
        last = index;
        synced = index;
        commit = Math.max(commit, index);
    }

    private void put(Entry entry) {
        int at = (int) (entry.getIndex() - start - 1);
        if (at >= terms.length) {
            terms = Arrays.copyOf(terms, Math.max(at + 1, terms.length * 2));
        }
        terms[at] = entry.getTerm();
        last = entry.getIndex();
    }

    void sync() {
        synced = last;
    }

    long last() {
        return last;
    }

    long synced() {
        return synced;
    }

    long commit() {
        return commit;
    }

    long term() {
        return term;
    }

    long start() {
        return start;
    }

    /** The term of an entry; 0 where it is not there, or no longer. */
    long term(long index) {
        if (index == start) {
            return startTerm;
        }
        return index < start || index > last ? 0 : terms[(int) (index - start - 1)];
    }

    /** The same from the disk's point of view: 0 where it is not synced. */
    long syncedTerm(long index) {
        return index > synced ? 0 : term(index);
    }
}
