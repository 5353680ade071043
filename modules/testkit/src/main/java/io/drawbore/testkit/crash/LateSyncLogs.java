package io.drawbore.testkit.crash;

import io.drawbore.api.Applied;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import java.util.List;

/**
 * Opens a mutant of a log: it says that it synced, and syncs when the next entries come, so that what it confirmed
 * last is lost with the power. Whoever judges members by their crashes must notice.
 *
 * @param inner opens the log it is a mutant of
 */
public record LateSyncLogs(LogStoreProvider inner) implements LogStoreProvider {
    @Override
    public String name() {
        return "late-sync";
    }

    @Override
    public boolean exists(Options options) {
        return inner.exists(options);
    }

    @Override
    public LogStore create(Options options, MemberIdentity owner) {
        return new LateSyncLog(inner.create(options, owner));
    }

    @Override
    public LogRecovery open(Options options) {
        LogRecovery found = inner.open(options);
        return new LogRecovery(
                new LateSyncLog(found.log()),
                found.owner(),
                found.hardState(),
                found.start(),
                found.confState(),
                found.entries(),
                found.tail());
    }

    private record LateSyncLog(LogStore inner) implements LogStore {
        @Override
        public void append(HardState hardState, List<Entry> entries) {
            if (!entries.isEmpty()) {
                inner.sync();
            }
            inner.append(hardState, entries);
        }

        @Override
        public void sync() {
            // too early for a mutant
        }

        @Override
        public void saveSnapshot(Applied applied, ConfState confState) {
            inner.saveSnapshot(applied, confState);
        }

        @Override
        public void release(long index) {
            inner.release(index);
        }

        @Override
        public void declareTailSafe() {
            inner.declareTailSafe();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
