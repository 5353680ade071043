package io.drawbore.simulator;

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

/** A cluster of machines that is being founded, and the time that passes for it. */
public final class SimulatedCluster {
    private final Schedule schedule = new Schedule();
    private final Network network;
    private final List<Machine> machines = new ArrayList<>();

    /** Machines that are switched off. */
    public SimulatedCluster(long seed, int size) {
        SplittableRandom random = new SplittableRandom(seed);
        network = new Network(schedule, random.split());
        Map<String, List<String>> founders = new LinkedHashMap<>();
        for (int i = 1; i <= size; i++) {
            founders.put("m" + i, List.of("http://m" + i + ":2380"));
        }
        for (String name : founders.keySet()) {
            MemberOptions options = MemberOptions.builder(name, Path.of("/" + name))
                    .initialCluster(founders)
                    .advertisedClientUrls(List.of("http://" + name + ":2379"))
                    .segmentBytes(16 << 10)
                    .spareSegments(0)
                    .snapshotCount(50)
                    .catchUpEntries(20)
                    .build();
            machines.add(new Machine(options, schedule, network, random.split()));
        }
    }

    /** Starts all members. */
    public void start() {
        machines.forEach(Machine::start);
    }

    /** The machines, in the order of their names. */
    public List<Machine> machines() {
        return List.copyOf(machines);
    }

    /** The network between them. */
    public Network network() {
        return network;
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
        }
        return future.join();
    }
}
