package io.drawbore.wal;

import io.drawbore.api.Applied;
import io.drawbore.api.LogRecovery;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log must hold, kept in memory record by record, so that every place at which a crash may have cut it is known.
 */
final class LogModel {
    /** What an opening must find. */
    record State(Applied start, HardState hardState, List<Entry> entries) {
        static final State EMPTY = new State(Applied.NONE, HardState.getDefaultInstance(), List.of());

        static State of(LogRecovery found) {
            return new State(found.start(), found.hardState(), found.entries());
        }

        State with(Entry entry) {
            List<Entry> next = new ArrayList<>();
            entries.stream().filter(old -> old.getIndex() < entry.getIndex()).forEach(next::add);
            next.add(entry);
            return new State(start, hardState, List.copyOf(next));
        }

        State with(HardState state) {
            return new State(start, state, entries);
        }

        State with(Applied snapshot) {
            List<Entry> above = entries.stream().filter(entry -> entry.getIndex() > snapshot.index()).toList();
            return new State(snapshot, hardState, above);
        }

        long lastIndex() {
            return entries.isEmpty() ? start.index() : entries.getLast().getIndex();
        }

        @Override
        public String toString() {
            return "start " + start + ", " + entries.size() + " entries to " + lastIndex() + ", commit "
                    + hardState.getCommit() + " in term " + hardState.getTerm();
        }
    }

    private final List<State> possible = new ArrayList<>(List.of(State.EMPTY));

    /** The state when nothing is cut off. */
    State latest() {
        return possible.getLast();
    }

    /** Every state at which the power may have gone, the durable one first. */
    List<State> possible() {
        return List.copyOf(possible);
    }

    /** A record that is about to be written: from now on it may be found. */
    void writes(State next) {
        possible.add(next);
    }

    /** All that was written is durable. */
    void synced() {
        State last = latest();
        possible.clear();
        possible.add(last);
    }
}
