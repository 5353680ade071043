package io.drawbore.simulator;

import io.drawbore.api.MemberIdentity;
import io.drawbore.server.MemberOptions;
import io.drawbore.testkit.simulation.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A cluster of machines that is being founded, and the time that passes for it. */
public final class SimulatedCluster {
    private final Schedule schedule = new Schedule();
    private final Trace trace = new Trace();
    private final Tally tally = new Tally();
    private final Invariants invariants;
    private final Network network;
    private final SplittableRandom random;
    private final UnaryOperator<MemberOptions.Builder> adjust;
    private final List<Machine> machines = new ArrayList<>();

    /** Machines that are switched off, and members that take snapshots often. */
    public SimulatedCluster(long seed, int size) {
        this(seed, size, options -> options.snapshotCount(50).catchUpEntries(20));
    }

    /**
     * Machines that are switched off.
     *
     * @param adjust changes the options of every member
     */
    public SimulatedCluster(long seed, int size, UnaryOperator<MemberOptions.Builder> adjust) {
        this.adjust = adjust;
        random = new SplittableRandom(seed);
        invariants = new Invariants(size);
        network = new Network(schedule, random.split(), trace);
        Map<String, List<String>> founders = new LinkedHashMap<>();
        for (int i = 1; i <= size; i++) {
            founders.put("m" + i, List.of("http://m" + i + ":2380"));
        }
        for (String name : founders.keySet()) {
            add(options(name).initialCluster(founders));
        }
    }

    private static MemberOptions.Builder options(String name) {
        return MemberOptions.builder(name, Path.of("/" + name))
                .advertisedClientUrls(List.of("http://" + name + ":2379"))
                .segmentBytes(16 << 10)
                .spareSegments(0);
    }

    private Machine add(MemberOptions.Builder options) {
        Machine machine = new Machine(
                adjust.apply(options), schedule, network, invariants, trace, tally, random.split());
        machines.add(machine);
        return machine;
    }

    /** One machine more, switched off, for a member that was added to the cluster. */
    public Machine join(String name, MemberIdentity identity) {
        invariants.membersChange();
        return add(options(name).joins(identity));
    }

    /** Starts all members. */
    public void start() {
        machines.forEach(machine -> machine.start());
    }

    /** The machines, in the order of their names. */
    public List<Machine> machines() {
        return List.copyOf(machines);
    }

    /** The network between them. */
    public Network network() {
        return network;
    }

    /** What must hold at any time. */
    public Invariants invariants() {
        return invariants;
    }

    /** What happened. */
    public Trace trace() {
        return trace;
    }

    /** How often what happened. */
    Tally tally() {
        return tally;
    }

    /** Time, and what happens in it. */
    public Schedule schedule() {
        return schedule;
    }

    /**
     * Lets time pass until something is there.
     *
     * @throws AssertionError if that takes longer
     */
    public <T> T await(CompletableFuture<T> future, Duration most) {
        long end = schedule.now() + most.toNanos();
        while (!future.isDone()) {
            if (schedule.now() >= end || !schedule.step()) {
                throw new AssertionError("not there after " + most + " of virtual time");
            }
            invariants.broken().ifPresent(what -> {
                throw new AssertionError(what);
            });
        }
        return future.join();
    }
}
