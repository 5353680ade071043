package io.drawbore.simulator;

import io.drawbore.api.MemberIdentity;
import io.drawbore.metrics.Metrics;
import io.drawbore.server.MemberOptions;
import io.drawbore.server.MemberServer;
import io.drawbore.server.Surroundings;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.Survival;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import io.drawbore.wal.EtcdLogs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A machine and the member that runs on it, as it is shipped but for its store, which is the memory backend. The disk
 * outlives the process.
 */
public final class Machine {
    private final MemberOptions options;
    private final Schedule schedule;
    private final Network network;
    private final SplittableRandom random;
    private final MemoryBackendProvider stores = new MemoryBackendProvider();
    private FaultVfs disk = new FaultVfs();
    private long starts;
    private @Nullable SimulatedWorkers process;
    private @Nullable MemberServer server;

    /** A machine that is switched off, with an empty disk. */
    public Machine(MemberOptions options, Schedule schedule, Network network, SplittableRandom random) {
        this.options = options;
        this.schedule = schedule;
        this.network = network;
        this.random = random;
    }

    /** Starts the member. */
    public void start() {
        SimulatedWorkers workers = new SimulatedWorkers(schedule, random.split());
        starts++;
        Surroundings surroundings = new Surroundings(
                disk,
                InstantSource.fixed(Instant.EPOCH.plusSeconds(starts).plusNanos(schedule.now())),
                workers,
                random.split(),
                new MachinePeers(workers, disk, network, network.post()),
                true);
        MemberServer started =
                new MemberServer(options, new EtcdLogs(Runnable::run), stores, new Metrics(), surroundings);
        process = workers;
        server = started;
        network.connect(started.identity().memberId(), started::receive);
        network.post().connect(started, disk);
        var _ = started.start();
    }

    /** Whether the member runs. */
    public boolean isRunning() {
        return server != null;
    }

    /** The member. */
    public MemberServer server() {
        if (server == null) {
            throw new IllegalStateException(options.name() + " is down");
        }
        return server;
    }

    /** The process stands still for a while, and does not notice. */
    public void pause(Duration time) {
        if (process != null) {
            process.pause(time);
        }
    }

    /** The process ends at once; what it has written stays. */
    public void kill() {
        end();
        stores.disk(storeFolder()).kill();
    }

    /** The power goes: of what was not synced a part survives that the seed chooses. */
    public void losePower(Survival survival) {
        end();
        disk = disk.reboot(survival, random.nextLong());
        int unsynced = stores.disk(storeFolder()).unsyncedCommits();
        stores.disk(storeFolder()).losePower(random.nextInt(unsynced + 1));
    }

    private java.nio.file.Path storeFolder() {
        return options.dataDir().resolve("member").resolve("store");
    }

    private void end() {
        MemberServer ended = server;
        SimulatedWorkers died = process;
        if (ended != null && died != null) {
            MemberIdentity identity = ended.identity();
            network.disconnect(identity.memberId());
            network.post().disconnect(identity.memberId());
            died.die();
        }
        server = null;
        process = null;
    }
}
