package io.drawbore.simulator;

import io.drawbore.api.StorageException;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberRemovedException;
import io.drawbore.server.MemberServer;
import io.drawbore.server.Surroundings;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.Survival;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import io.drawbore.wal.EtcdLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A machine and the member that runs on it, as it is shipped but for its store, which is the memory backend. The disk
 * outlives the process.
 */
public final class Machine {
    private final MemberOptions.Builder flags;
    private MemberOptions options;
    private final Schedule schedule;
    private final Network network;
    private final Invariants invariants;
    private final Trace trace;
    private final Tally tally;
    private final SplittableRandom random;
    private final Eye eye;
    private final MemoryBackendProvider stores = new MemoryBackendProvider();
    private FaultVfs disk = new FaultVfs();
    /** A write or a sync failed, or will fail. */
    private boolean failing;
    /** Bits that had been durable are not what they were. */
    private boolean damaged;
    /** Syncs of its disk do nothing. */
    private boolean lying;
    /** The disk has forgotten what it had said was durable: the member never comes back. */
    private boolean lost;
    private long syncNanos;
    /** How long the next sync takes, 0 for as long as others. */
    private long blockNanos;
    private double clockRate = 1;
    private String stopReason = "";
    /** It may end, or refuse to start, for what it was told to do. */
    private boolean mayStop;
    private long starts;
    private long id;
    private boolean removed;
    /** Who asked for its removal was told that it is no member any more. */
    private boolean dismissed;
    private @Nullable Running running;

    private record Running(MemberServer server, SimulatedWorkers process) {}

    Machine(
            MemberOptions.Builder flags,
            Schedule schedule,
            Network network,
            Invariants invariants,
            Trace trace,
            Tally tally,
            SplittableRandom random) {
        this.flags = flags;
        this.options = flags.build();
        this.schedule = schedule;
        this.network = network;
        this.invariants = invariants;
        this.trace = trace;
        this.tally = tally;
        this.random = random;
        this.eye = new Eye(options.name(), invariants, trace, schedule);
    }

    /** The member's name. */
    public String name() {
        return options.name();
    }

    /** The member's id, once it has been started. */
    public long id() {
        return id;
    }

    /**
     * Starts the member. It is wrong if it refuses, unless its disk is damaged or it has been removed. A machine whose
     * disk has forgotten what it promised is given up.
     *
     * @return whether it runs
     */
    public boolean start() {
        if (running != null) {
            throw new IllegalStateException(name() + " runs");
        }
        if (lost) {
            return false;
        }
        starts++;
        long randomState = random.nextLong();
        trace.add(Trace.Fact.STARTED, schedule.now(), starts, randomState);
        SplittableRandom own = new SplittableRandom(randomState);
        if (failing) {
            // what such a disk reads need not be what it holds: it is read again from the platter
            readFromPlatter(Survival.SYNCED_ONLY, own.nextLong());
            if (lost) {
                return false;
            }
        }
        SimulatedWorkers workers = new SimulatedWorkers(schedule, own.split(), clockRate, schedule.now());
        Surroundings surroundings = surroundings(workers, own.split());
        MemberServer server;
        try {
            server = new MemberServer(
                    options, eye.logs(new EtcdLogs(Runnable::run)), eye.stores(stores), new Metrics(), surroundings);
        } catch (MemberRemovedException refusal) {
            stores.disk(storeFolder()).kill();
            removed = true;
            return false;
        } catch (StorageException refusal) {
            stores.disk(storeFolder()).kill();
            stopReason = String.valueOf(refusal.getMessage());
            if (mayStop) {
                return false;
            }
            if (!damaged) {
                invariants.fail(name() + " does not start: " + refusal.getMessage());
            }
            tally.count(Tally.Event.DAMAGE_NOTICED);
            return false;
        }
        id = server.identity().memberId();
        running = new Running(server, workers);
        network.connect(server, workers);
        network.post().connect(server, disk);
        var _ = server.failed().thenAccept(reason -> schedule.after(0, () -> stopped(workers, reason)));
        var _ = server.start();
        return true;
    }

    private Surroundings surroundings(SimulatedWorkers workers, SplittableRandom own) {
        return new Surroundings(
                new SlowVfs(disk, () -> synced(workers)),
                clock(starts),
                workers,
                own,
                new MachinePeers(this::id, workers, schedule, network, disk, messages -> send(workers, messages)),
                true);
    }

    /** No two starts are in the same second. */
    private InstantSource clock(long start) {
        return () -> Instant.EPOCH.plusSeconds(start).plusNanos(schedule.now());
    }

    private void synced(SimulatedWorkers workers) {
        if (running == null || !workers.equals(running.process)) {
            return;
        }
        if (blockNanos > 0) {
            workers.spend(Duration.ofNanos(blockNanos));
            blockNanos = 0;
        } else if (syncNanos > 0) {
            workers.spend(Duration.ofNanos(random.nextLong(syncNanos)));
        }
    }

    private void send(SimulatedWorkers sender, List<Message> messages) {
        for (Message message : messages) {
            eye.sends(message);
            network.send(message, sender.spent());
        }
    }

    /** A member that failed ends its process, and only a fault of its disk may be its reason. */
    private void stopped(SimulatedWorkers process, Throwable reason) {
        if (running == null || !process.equals(running.process)) {
            return;
        }
        if (reason instanceof MemberRemovedException) {
            removed = true;
            kill();
            return;
        }
        if (!(failing || damaged || mayStop || network.refusesSome()) || !(reason instanceof StorageException)) {
            invariants.fail(name() + " stopped: " + reason + " at " + List.of(reason.getStackTrace()));
        }
        tally.count(Tally.Event.DAMAGE_NOTICED, damaged ? 1 : 0);
        stopReason = String.valueOf(reason.getMessage());
        kill();
    }

    /** Whether the member runs. */
    public boolean isRunning() {
        return running != null;
    }

    /** Whether its member has said that it was removed from the cluster; it never starts again. */
    public boolean isRemoved() {
        return removed;
    }

    /** Whether its disk has forgotten what it had said was durable. */
    public boolean isLost() {
        return lost;
    }

    /** From now on it is no member any more, whether it knows or not. */
    void dismiss() {
        dismissed = true;
    }

    /** Whether it is no member any more. */
    boolean isDismissed() {
        return dismissed;
    }

    /** Whether its log may have lost what was durable, so that the member may refuse to start for ever. */
    public boolean isDamaged() {
        return damaged;
    }

    /** What the member said when it last stopped by itself, or did not start. */
    public String stopReason() {
        return stopReason;
    }

    /** From now on it may end, or refuse to start, for what it is told to do; or that is wrong again. */
    public void mayStop(boolean may) {
        mayStop = may;
    }

    /** From the next start on the member has other flags. */
    public void flags(UnaryOperator<MemberOptions.Builder> change) {
        options = change.apply(flags).build();
    }

    /** Whether its disk fails, or has failed since the member was last started. */
    public boolean hasFailingDisk() {
        return failing;
    }

    /** The member. */
    public MemberServer server() {
        return running().server;
    }

    /** Has something done in the member's process soon, as what comes from the network is; never where that dies. */
    public void soon(Runnable what) {
        var _ = running().process.after(Duration.ofNanos(random.nextLong(200_000)), what);
    }

    /** Has something done in the member's process after a time, unless that dies. Only from within it. */
    void after(Duration time, Runnable what) {
        var _ = running().process.after(time, what);
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException(name() + " is down");
        }
        return running;
    }

    // ---- what happens to it

    /** The process stands still for a while, and does not notice. */
    public void pause(Duration time) {
        if (running != null) {
            running.process.pause(time);
        }
    }

    /** The process ends at once; what it has written stays. */
    public void kill() {
        if (running != null) {
            end();
            network.ended(id);
        }
        stores.disk(storeFolder()).kill();
    }

    /** The power goes: of what was not synced a part survives that the seed chooses. */
    public void losePower(Survival survival) {
        end();
        int unsynced = stores.disk(storeFolder()).unsyncedCommits();
        stores.disk(storeFolder()).losePower(random.nextInt(unsynced + 1));
        readFromPlatter(survival, random.nextLong());
    }

    private void readFromPlatter(Survival survival, long seed) {
        disk = disk.reboot(survival, seed);
        failing = false;
        if (lying && !lost) {
            lost = true;
            tally.count(Tally.Event.LIAR_LOST);
            lookAtWhatIsLeft(new SplittableRandom(seed));
        }
    }

    /**
     * A disk that forgot what it had called durable may look like that of an earlier time, so that nobody can promise
     * to notice. A member on it refuses to start or would start, and ends here in both cases: it has promised others
     * what it does not know any more.
     */
    private void lookAtWhatIsLeft(SplittableRandom own) {
        SimulatedWorkers workers = new SimulatedWorkers(schedule, own.split(), clockRate, schedule.now());
        try {
            new MemberServer(
                    options, new EtcdLogs(Runnable::run), stores, new Metrics(), surroundings(workers, own.split()));
        } catch (MemberRemovedException | StorageException refusal) {
            tally.count(Tally.Event.LIAR_REFUSED);
        }
        workers.die();
        stores.disk(storeFolder()).kill();
    }

    /** From the next start on the clock goes at this rate, 1 for right. */
    public void clockRate(double rate) {
        clockRate = rate;
    }

    /** The clock jumps ahead. */
    public void jump(Duration ahead) {
        if (running != null) {
            running.process.jump(ahead);
        }
    }

    /** From now on a sync takes up to so long. */
    public void slowSyncs(Duration most) {
        syncNanos = most.toNanos();
    }

    /** The next sync takes so long. */
    public void blockSync(Duration time) {
        blockNanos = time.toNanos();
    }

    /** The disk takes so many bytes more and no other, until the member has been started again. */
    public void fillDisk(long bytesLeft) {
        if (running != null) {
            disk.limitSpaceTo(bytesLeft);
            failing = true;
        }
    }

    /** Syncs of a file of the log fail from now on, until the member has been started again. */
    public void failSyncs(long choice) {
        List<Path> files = disk.files();
        if (running != null && !files.isEmpty()) {
            disk.failSyncsOf(files.get((int) Long.remainderUnsigned(choice, files.size())));
            failing = true;
        }
    }

    /** Syncs of its disk say from now on that they are done, and do nothing. */
    public void lieAboutSyncs() {
        if (running != null) {
            disk.lieAboutSyncs();
            lying = true;
        }
    }

    /** A bit of the log is not any more what it was. Only while the member is down. */
    public void flipBit(long choice) {
        SplittableRandom where = new SplittableRandom(choice);
        List<Path> files = disk.files();
        if (running != null || files.isEmpty()) {
            return;
        }
        Path file = files.get(where.nextInt(files.size()));
        try {
            int size = disk.bytes(file).length;
            if (size > 0) {
                disk.flipBit(file, where.nextInt(size), where.nextInt(8));
                damaged = true;
                tally.count(Tally.Event.BIT_FLIPPED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path storeFolder() {
        return options.dataDir().resolve("member").resolve("store");
    }

    private void end() {
        Running ended = running;
        if (ended != null) {
            trace.add(Trace.Fact.ENDED, schedule.now(), id, starts);
            network.disconnect(id);
            network.post().disconnect(id);
            ended.process.die();
        }
        running = null;
    }
}
