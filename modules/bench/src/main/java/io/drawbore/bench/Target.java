package io.drawbore.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One server with the tools that put loads on it. A load that fails throws {@link NotServed} and leaves the target
 * usable for the next one. Owned by the bench's one thread.
 */
final class Target implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final double HUNDRED_THOUSAND = 100_000;
    private static final double MILLIS_OF_A_SECOND = 1_000;

    private final Path program;
    private final Path loadTool;
    private final Path driver;
    private final Path data;
    private final List<String> addresses = ServerProcess.freeAddresses();
    private double launchedAtSeconds;
    private ServerProcess process;

    private Target(final Path program, final Path loadTool, final Path driver, final Path data) {
        this.program = program;
        this.loadTool = loadTool;
        this.driver = driver;
        this.data = data;
        this.process = launch();
    }

    /** Starts a server on an empty folder; doesn't wait for it. */
    static Target start(final Path program, final Path loadTool, final Path driver, final Path data) {
        ServerProcess.remove(data);
        return new Target(program, loadTool, driver, data);
    }

    Target awaitReady() {
        process.awaitReady();
        return this;
    }

    /** Kills the server and starts it again on its data; doesn't wait for it. */
    void restart() {
        process.close();
        process = launch();
    }

    /** When the server was launched, in seconds of the Unix epoch. */
    double launchedAtSeconds() {
        return launchedAtSeconds;
    }

    /** What the server has used since it was started. */
    ProcessCost cost() {
        return new ProcessCost(process.pid());
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
        command.add("--endpoint=" + process.endpoint());
        command.add("--pid=" + process.pid());
        command.addAll(List.of(arguments).subList(1, arguments.length));
        final Command ran = Command.run(command, PATIENCE);
        if (ran.exitCode() != 0) {
            throw failed(ran.complaint());
        }
        return served(Measured.ofDriver(ran.output()));
    }

    @Override
    public void close() {
        process.close();
        ServerProcess.remove(data);
    }

    private ServerProcess launch() {
        launchedAtSeconds = System.currentTimeMillis() / MILLIS_OF_A_SECOND;
        return ServerProcess.launch(program, data, addresses.getFirst(), addresses.getLast());
    }

    private Measured loadTool(final String... arguments) {
        final var command = new ArrayList<>(List.of(loadTool.toString()));
        command.addAll(List.of(arguments));
        command.add("--endpoints=" + process.endpoint());
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
        return new NotServed(process.isAlive() ? why : why + "; the server has ended: " + process.lastLines());
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
