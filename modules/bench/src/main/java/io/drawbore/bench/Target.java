package io.drawbore.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One server or cluster with the tools that put loads on it. A load that fails throws {@link NotServed} and leaves the
 * target usable for the next one. Owned by the bench's one thread.
 */
final class Target implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double HUNDRED_THOUSAND = 100_000;
    private static final double MILLIS_OF_A_SECOND = 1_000;
    private static final long SIGN_POLL_NANOS = 5_000_000;
    /** How etcd's load tool is told where to send; the leader where a load says nothing. */
    static final String ENDPOINTS = "--endpoints=";


    private final Path program;
    private final Path loadTool;
    private final Path driver;
    private final Path data;
    private final List<ServerProcess.Place> places;
    private final List<ServerProcess> processes = new ArrayList<>();
    private double launchedAtSeconds;
    /** The one that loads are put on, unless they say otherwise; in a cluster the one that leads once it is ready. */
    private int first;

    private Target(final Path program, final Path loadTool, final Path driver, final Path data, final int members) {
        this.program = program;
        this.loadTool = loadTool;
        this.driver = driver;
        this.data = data;
        this.places = Stream.generate(ServerProcess::freePlace).limit(members).toList();
        launchedAtSeconds = System.currentTimeMillis() / MILLIS_OF_A_SECOND;
        for (int member = 0; member < members; member++) {
            processes.add(launch(member));
        }
    }

    /** Starts a server, or the members of a cluster, on empty folders; doesn't wait for it. */
    static Target start(
            final Path program, final Path loadTool, final Path driver, final Path data, final int members) {
        ServerProcess.remove(data);
        return new Target(program, loadTool, driver, data, members);
    }

    Target awaitReady() {
        processes.forEach(ServerProcess::awaitReady);
        if (places.size() > 1) {
            first = driver("leader", "--members=" + endpoints(0)).more().getOrDefault("leader", 0.0).intValue();
        }
        return this;
    }

    /** Kills the server and starts it again on its data; doesn't wait for it. */
    void restart() {
        kill(first);
        launchedAtSeconds = System.currentTimeMillis() / MILLIS_OF_A_SECOND;
        processes.set(first, launch(first));
    }

    /** A member that does not lead. */
    int follower() {
        return (first + 1) % places.size();
    }

    /** Kills a member. */
    void kill(final int member) {
        processes.get(member).close();
    }

    /** Where the members are reached that don't lead. */
    String followers() {
        return endpoints(1);
    }

    private String endpoints(final int from) {
        return IntStream.range(from, places.size())
                .mapToObj(next -> places.get((first + next) % places.size()).client())
                .collect(Collectors.joining(","));
    }

    /**
     * Runs our driver, which at some moment asks for a member to be started that was killed.
     *
     * @param member who is started on its data then
     */
    Measured driverStarting(final int member, final String... arguments) {
        final Path sign = data.resolve("start");
        final Thread starter = Thread.ofPlatform().daemon().name("starter").start(() -> {
            while (!Files.exists(sign)) {
                LockSupport.parkNanos(SIGN_POLL_NANOS);
            }
            processes.set(member, launch(member));
        });
        final var more = new ArrayList<>(List.of(arguments));
        more.add("--sign=" + sign);
        more.add("--member=" + places.get(member).client());
        final Measured measured = driver(more.toArray(String[]::new));
        try {
            starter.join();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return measured;
    }

    /** When the server was launched, in seconds of the Unix epoch. */
    double launchedAtSeconds() {
        return launchedAtSeconds;
    }

    /** What the server has used since it was started. */
    ProcessCost cost() {
        return new ProcessCost(
                processes.stream().filter(ServerProcess::isAlive).map(ServerProcess::pid).toList());
    }

    /** Runs etcd's load tool to warm up or to prepare; nothing is measured. */
    void prepareWithTool(final String... arguments) {
        loadTool(arguments);
    }

    /** Runs etcd's load tool and measures what the server used meanwhile. */
    Map<Figure, Double> tool(final String... arguments) {
        final ProcessCost cost = cost();
        cost.forgetPeak();
        final double before = cost.cpuSeconds();
        final Measured measured = loadTool(arguments);
        return figures(measured, cost.cpuSeconds() - before);
    }

    /** Runs our driver, which measures what the server used for the load without its preparation. */
    Map<Figure, Double> drive(final String... arguments) {
        cost().forgetPeak();
        final Measured measured = driver(arguments);
        return figures(measured, measured.cpuSeconds().orElse(Double.NaN));
    }

    /** Runs our driver and answers what it printed. */
    Measured driver(final String... arguments) {
        final var command = new ArrayList<>(List.of(driver.toString(), arguments[0]));
        command.add("--endpoint=" + places.get(first).client());
        command.add("--pids="
                + processes.stream()
                        .map(process -> Long.toString(process.pid()))
                        .collect(Collectors.joining(",")));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        final Command ran = Command.run(command, PATIENCE);
        if (ran.exitCode() != 0) {
            throw failed(ran.complaint());
        }
        return served(Measured.ofDriver(ran.output()));
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
        ServerProcess.remove(data);
    }

    private ServerProcess launch(final int member) {
        final String cluster = IntStream.range(0, places.size())
                .mapToObj(other -> name(other) + "=" + places.get(other).peerUrl())
                .collect(Collectors.joining(","));
        return ServerProcess.launch(program, data.resolve(name(member)), places.get(member), name(member), cluster);
    }

    private static String name(final int member) {
        return "bench" + member;
    }

    private Measured loadTool(final String... arguments) {
        final var command = new ArrayList<>(List.of(loadTool.toString()));
        command.addAll(List.of(arguments));
        if (command.stream().noneMatch(word -> word.startsWith(ENDPOINTS))) {
            command.add(ENDPOINTS + places.get(first).client());
        }
        final Command ran = Command.run(command, PATIENCE);
        if (ran.exitCode() != 0) {
            throw failed(ran.complaint());
        }
        return served(Measured.ofLoadTool(ran.output()));
    }

    private Measured served(final Measured measured) {
        measured.failure().ifPresent(failure -> {
            throw failed(failure);
        });
        return measured;
    }

    private NotServed failed(final String why) {
        return new NotServed(processes.stream()
                .filter(process -> !process.isAlive())
                .map(process -> "; a server has ended: " + process.lastLines())
                .reduce(why, String::concat));
    }

    private Map<Figure, Double> figures(final Measured measured, final double cpuSeconds) {
        final var figures = new EnumMap<Figure, Double>(Figure.class);
        figures.put(Figure.CPU, cpuSeconds * HUNDRED_THOUSAND / measured.requests());
        figures.put(Figure.RATE, measured.perSecond());
        figures.put(Figure.P50, measured.p50());
        figures.put(Figure.P99, measured.p99());
        figures.put(Figure.MAX, measured.max());
        figures.put(Figure.PEAK_RSS, cost().peakMebibytes());
        return figures;
    }
}
