package io.drawbore.simulator;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Counter;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ReadTx;
import io.drawbore.api.WriteTx;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.testkit.PassedOnBackend;
import io.drawbore.testkit.PassedOnTx;
import io.drawbore.testkit.simulation.Schedule;
import java.util.List;

/** Sees what one member writes to its log and its store, and what it sends, and tells invariants and trace. */
final class Eye {
    private final String who;
    private final Invariants invariants;
    private final Trace trace;
    private final Schedule schedule;

    Eye(String who, Invariants invariants, Trace trace, Schedule schedule) {
        this.who = who;
        this.invariants = invariants;
        this.trace = trace;
        this.schedule = schedule;
    }

    void sends(Message message) {
        switch (message.getType()) {
            case MsgApp, MsgHeartbeat, MsgSnap -> invariants.leads(who, message.getFrom(), message.getTerm());
            default -> { }
        }
    }

    LogStoreProvider logs(LogStoreProvider inner) {
        return new LogStoreProvider() {
            @Override
            public String name() {
                return inner.name();
            }

            @Override
            public boolean exists(LogStoreProvider.Options options) {
                return inner.exists(options);
            }

            @Override
            public LogStore create(LogStoreProvider.Options options, MemberIdentity owner) {
                LogStore log = inner.create(options, owner);
                invariants.created(who);
                return new SeenLog(log);
            }

            @Override
            public LogRecovery open(LogStoreProvider.Options options) {
                LogRecovery found = inner.open(options);
                invariants.opened(who, found);
                return new LogRecovery(
                        new SeenLog(found.log()),
                        found.owner(),
                        found.hardState(),
                        found.start(),
                        found.confState(),
                        found.entries(),
                        found.tail());
            }
        };
    }

    BackendProvider stores(BackendProvider inner) {
        return new BackendProvider() {
            @Override
            public String name() {
                return inner.name();
            }

            @Override
            public Backend open(BackendProvider.Options options) {
                Backend store = inner.open(options);
                try (ReadTx view = store.read()) {
                    invariants.found(who, view.applied());
                }
                return new SeenStore(store);
            }
        };
    }

    private final class SeenLog implements LogStore {
        private final LogStore log;

        SeenLog(LogStore log) {
            this.log = log;
        }

        @Override
        public void append(HardState hardState, List<Entry> entries) {
            log.append(hardState, entries);
            invariants.append(who, hardState, entries);
        }

        @Override
        public void sync() {
            log.sync();
            invariants.sync(who);
        }

        @Override
        public void saveSnapshot(Applied applied, ConfState confState) {
            log.saveSnapshot(applied, confState);
            invariants.snapshot(who, applied);
        }

        @Override
        public void release(long index) {
            log.release(index);
        }

        @Override
        public void declareTailSafe() {
            log.declareTailSafe();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    private final class SeenStore extends PassedOnBackend {
        SeenStore(Backend store) {
            super(store);
        }

        @Override
        public WriteTx begin() {
            return new SeenTx(inner().begin());
        }
    }

    private final class SeenTx extends PassedOnTx {
        private final long revisionBefore;

        SeenTx(WriteTx tx) {
            super(tx);
            revisionBefore = tx.counter(Counter.REVISION);
        }

        @Override
        public void record(List<EntryDigest> digests) {
            super.record(digests);
            invariants.digests(who, digests);
        }

        @Override
        public void commit(Applied applied) {
            long revision = counter(Counter.REVISION);
            EntryDigest digest = digest();
            super.commit(applied);
            if (digest.isAnchor() && digest.index() == applied.index()) {
                invariants.installed(who, applied, revision, revisionBefore);
            } else {
                invariants.applied(who, applied, revision, revisionBefore);
            }
            trace.add(Trace.Fact.COMMITTED, schedule.now(), applied.index(), digest.chain() ^ digest.tables());
        }
    }
}
