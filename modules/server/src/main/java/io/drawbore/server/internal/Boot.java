package io.drawbore.server.internal;

import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.membership.Membership;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.Peer;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberRemovedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings log and store of a member together, and refuses pairs that do not belong together: the log is the durable
 * truth, and the store must be a point on it.
 */
public final class Boot {
    private static final Logger LOG = LoggerFactory.getLogger(Boot.class);

    private final MemberOptions options;
    private final LogStoreProvider logs;
    private final Vfs vfs;

    /** Boots from a log of the given kind. */
    public Boot(MemberOptions options, LogStoreProvider logs, Vfs vfs) {
        this.options = options;
        this.logs = logs;
        this.vfs = vfs;
    }

    /**
     * Log and store, open, and where they stand.
     *
     * @param raftStorage what raft reads the log from
     * @param applied the store's last entry
     * @param founders who founds the cluster; empty unless it is being founded now, by this member too
     */
    public record Booted(
            MemberIdentity identity,
            LogStore log,
            Backend backend,
            MemoryStorage raftStorage,
            Applied applied,
            List<Peer> founders) {}

    /**
     * Opens the store and opens or creates the log.
     *
     * @throws StorageException where they cannot be opened or do not belong together
     */
    public Booted open(DataDir dataDir, BackendProvider backends) {
        LogStoreProvider.Options where = new LogStoreProvider.Options(
                vfs, options.logFolder(), options.segmentBytes(), options.spareSegments(), options.fsync());
        boolean founding = !logs.exists(where);
        if (founding && !options.foundingMistakes().isEmpty()) {
            throw new StorageException(String.join("; ", options.foundingMistakes()));
        }
        Backend backend = backends.open(new BackendProvider.Options(dataDir.store(),
                options.readThreads() + EXTRA_VIEWS));
        try {
            Stored stored;
            try (ReadTx view = backend.read()) {
                stored = new Stored(
                        view.applied(),
                        view.digest().isAnchor(),
                        Membership.confState(view),
                        Membership.members(view));
            }
            Booted booted =
                    founding
                            ? found(where, backend, stored.applied)
                            : restart(where, backend, stored, new NewCluster(vfs, dataDir.newCluster()));
            try {
                refuse(booted);
            } catch (StorageException | MemberRemovedException e) {
                booted.log().close();
                throw e;
            }
            return booted;
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** Refuses a member that its cluster would not take. */
    private void refuse(Booted booted) {
        long self = booted.identity().memberId();
        try (ReadTx view = booted.backend().read()) {
            ClusterVersionWatch.refuseStart(Membership.clusterVersion(view), options);
            StorageMigration.validate(view, options.migrator(), options.version().minor());
            if (Membership.isRemoved(view, self)) {
                throw new MemberRemovedException("member " + MemberIds.hex(self)
                        + " has been permanently removed from the cluster; remove " + options.dataDir()
                        + " and add it as a new member");
            }
        }
    }

    /**
     * Where the store stands.
     *
     * @param installed whether nothing was applied since its content was installed from another member's
     */
    private record Stored(Applied applied, boolean installed, ConfState confState, List<Member> members) {
        Stored {
            members = List.copyOf(members);
        }
    }

    /** Views besides those of the read threads: the watchers', the log release's and those of snapshots. */
    private static final int EXTRA_VIEWS = 6;

    private Booted found(LogStoreProvider.Options where, Backend backend, Applied applied) {
        if (applied.index() != 0) {
            throw new StorageException("the store holds everything up to log entry " + applied.index() + ", but "
                    + where.folder() + " holds no log; bring the log back or remove the data dir and start anew");
        }
        MemberIdentity joins = options.joins();
        List<Member> founders = joins == null ? founders() : List.of();
        MemberIdentity identity = joins == null ? identity(founders) : joins;
        LogStore log = logs.create(where, identity);
        return new Booted(identity, log, backend, MemoryStorage.empty(), applied, peers(founders));
    }

    private Booted restart(
            LogStoreProvider.Options where, Backend backend, Stored stored, NewCluster newCluster) {
        boolean forced = options.forceNewCluster() || newCluster.isUnderWay();
        LogRecovery recovery = logs.open(where);
        try {
            report(where, recovery);
            if (!forced) {
                refuseUnsafe(where, recovery, stored.confState);
            }
            Applied applied = stored.applied;
            if (stored.installed && misfit(where, recovery, applied) != null) {
                bringForward(recovery.log(), stored);
                recovery = logs.open(where);
            }
            boolean unborn = recovery.entries().isEmpty()
                    && recovery.start().equals(Applied.NONE)
                    && applied.equals(Applied.NONE);
            if (unborn) {
                // the process ended between the creation of the log and its first entry
                return new Booted(
                        recovery.owner(),
                        recovery.log(),
                        backend,
                        MemoryStorage.empty(),
                        applied,
                        peers(foundersOf(recovery.owner())));
            }
            String misfit = misfit(where, recovery, applied);
            if (misfit != null) {
                throw new StorageException(misfit);
            }
            if (forced) {
                NewCluster.Forced left = newCluster.force(recovery, stored.members, applied.index());
                MemoryStorage storage = MemoryStorage.of(
                        recovery.start(), stored.confState, left.hardState(), left.entries());
                return new Booted(recovery.owner(), recovery.log(), backend, storage, applied, List.of());
            }
            // what is applied was committed, though the log may not have been told before the process ended
            HardState hardState = recovery.hardState().toBuilder()
                    .setCommit(Math.max(recovery.hardState().getCommit(), applied.index()))
                    .build();
            MemoryStorage storage =
                    MemoryStorage.of(recovery.start(), stored.confState, hardState, recovery.entries());
            return new Booted(recovery.owner(), recovery.log(), backend, storage, applied, List.of());
        } catch (RuntimeException e) {
            recovery.log().close();
            throw e;
        }
    }

    /**
     * Does what the member was stopped before: the store is another member's, installed whole and durable, and the log
     * had not been told. Nothing that it holds beyond was ever promised to anybody.
     */
    private static void bringForward(LogStore log, Stored stored) {
        LOG.atInfo().addKeyValue("applied", stored.applied).log("the log goes on behind an installed snapshot");
        log.saveSnapshot(stored.applied, stored.confState);
        log.release(stored.applied.index());
        log.close();
    }

    private static void report(LogStoreProvider.Options where, LogRecovery recovery) {
        switch (recovery.tail()) {
            case CLEAN -> {}
            case TORN -> LOG.atWarn().addKeyValue("folder",
                    where.folder()).log("cut off a torn record at the log's end");
            case UNSAFE ->
                LOG.atWarn()
                        .addKeyValue("folder", where.folder())
                        .log("cut off a bad record at the log's end, and nothing says whether it had been durable");
        }
    }

    /**
     * Refuses a log that may have lost what this member promised others: entries that count as committed because it has
     * them, and votes. With a shorter log it would vote for a leader that lacks what was committed, or twice. Alone it
     * has promised nobody anything.
     */
    private void refuseUnsafe(LogStoreProvider.Options where, LogRecovery recovery, ConfState confState) {
        int members = confState.getVotersCount() + confState.getLearnersCount();
        // who joined and holds nothing yet has voted with others
        boolean joined = options.joins() != null || options.initialCluster().isEmpty();
        boolean alone = options.initialCluster().size() <= 1 && members <= 1 && !(joined && members == 0);
        if (recovery.tail() == LogRecovery.Tail.UNSAFE && !alone) {
            throw new StorageException("the log in " + where.folder() + " has a bad record at its end, and nothing says"
                    + " whether that had been durable; this member may have promised the others what it no longer"
                    + " knows: remove it from the cluster, remove " + options.dataDir()
                    + " and add it as a new member");
        }
    }

    private static @Nullable String misfit(LogStoreProvider.Options where, LogRecovery recovery, Applied applied) {
        return misfit(where.folder(), recovery.start(), recovery.entries(), applied);
    }

    /** Why a store is no point on a log; null where it is one. */
    public static @Nullable String misfit(Path folder, Applied logStart, List<Entry> entries, Applied applied) {
        long start = logStart.index();
        long last = start + entries.size();
        if (applied.equals(Applied.NONE) && start > 0) {
            return "the store is empty, but the log in " + folder + " begins after " + start + ", as where a store"
                    + " that keeps nothing got a snapshot; the entries between are nowhere: remove the member from its"
                    + " cluster, remove its data dir and add it as a new member, or restore a backup";
        }
        if (applied.index() < start) {
            return "the store ends at log entry " + applied.index() + ", but the log in " + folder
                    + " begins after " + start + "; the entries between are nowhere: restore a backup";
        }
        if (applied.index() > last) {
            return "the store holds everything up to log entry " + applied.index() + ", but the log in "
                    + folder + " ends at " + last
                    + "; the log has lost what it had confirmed: bring it back or restore a backup";
        }
        long term = applied.index() == start
                ? logStart.term()
                : entries.get((int) (applied.index() - start - 1)).getTerm();
        if (term != applied.term()) {
            return "log entry " + applied.index() + " in " + folder + " has term " + term
                    + ", but the store applied it in term " + applied.term() + ": they are not of one member";
        }
        return null;
    }

    private List<Member> founders() {
        List<Member> founders = new ArrayList<>();
        options.initialCluster().forEach((name, peerUrls) -> founders.add(new Member(
                MemberIds.founderId(peerUrls, options.clusterToken()),
                peerUrls.stream().sorted().toList(),
                false,
                name,
                List.of())));
        founders.sort((a, b) -> Long.compareUnsigned(a.id(), b.id()));
        return founders;
    }

    private List<Member> foundersOf(MemberIdentity owner) {
        if (owner.equals(options.joins()) || options.initialCluster().isEmpty()) {
            return List.of();
        }
        List<Member> founders = founders();
        if (!identity(founders).equals(owner)) {
            throw new StorageException("the log in " + options.logFolder() + " was begun by " + owner
                    + ", and these flags make " + identity(founders) + "; start with the flags of then or remove it");
        }
        return founders;
    }

    private MemberIdentity identity(List<Member> founders) {
        long self = founders.stream()
                .filter(member -> member.name().equals(options.name()))
                .findFirst()
                .orElseThrow(() -> new StorageException("member " + options.name() + " is not in --initial-cluster"))
                .id();
        return new MemberIdentity(self, MemberIds.clusterId(founders.stream().map(Member::id).toList()));
    }

    private static List<Peer> peers(List<Member> founders) {
        return founders.stream().map(member -> new Peer(member.id(), member.toJson())).toList();
    }
}
