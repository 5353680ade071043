package io.drawbore.raft.transcript;

import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftEvent;
import io.drawbore.raft.RaftEvent.RoleTaken;
import io.drawbore.raft.RaftEvents;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.RaftStatus.MemberProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What moves members were seen to make, in their roles and in how they feed others. */
final class Moves {
    static final String START = "(start)";

    final Set<String> ofRoles = new TreeSet<>();
    final Set<String> ofProgress = new TreeSet<>();

    /** Watches one life of a member, from its start to its end. */
    final class Watch implements RaftEvents {
        private @Nullable RaftRole role;
        private Map<Long, ProgressState> progress = Map.of();

        @Override
        public void on(RaftEvent event) {
            if (event instanceof RoleTaken taken) {
                ofRoles.add(move(role, taken.role()));
                role = taken.role();
            }
        }

        /** How the member stands after a step: between two steps its progress is not seen. */
        void see(RaftStatus status) {
            Map<Long, ProgressState> now = new HashMap<>();
            for (MemberProgress row : status.progress()) {
                if (row.id() != status.id()) {
                    now.put(row.id(), row.state());
                    see(progress.get(row.id()), row.state());
                }
            }
            progress = now;
        }

        private void see(@Nullable ProgressState before, ProgressState now) {
            if (before == null && now != ProgressState.PROBE) {
                // A newcomer is probed, and within the same step sent a snapshot.
                see(null, ProgressState.PROBE);
                see(ProgressState.PROBE, now);
            } else if (before != now) {
                ofProgress.add(move(before, now));
            }
        }
    }

    private static String move(@Nullable Enum<?> from, Enum<?> to) {
        return (from == null ? START : from.name()) + " " + to.name();
    }
}
