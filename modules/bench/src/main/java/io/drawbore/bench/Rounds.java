package io.drawbore.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Puts the loads on the servers: every group on every server in turn, in an order that moves on by one each round. */
final class Rounds {
    private final Programs programs;
    private final Options options;
    private final Path data;
    private final PrintStream progress;

    Rounds(final Programs programs, final Options options, final Path data, final PrintStream progress) {
        this.programs = programs;
        this.options = options;
        this.data = data;
        this.progress = progress;
    }

    /** Runs them all; takes minutes to hours. */
    List<Sample> run() {
        final Path loadTool = programs.loadTool();
        final Path driver = programs.driver();
        final Map<ServerKind, Path> servers = new EnumMap<>(ServerKind.class);
        options.servers().forEach(server -> servers.put(server, programs.server(server)));

        final var samples = new ArrayList<Sample>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (final LoadGroup group : Loads.of(options.quick(), options.only())) {
                for (final ServerKind server : rotated(options.servers(), round - 1)) {
                    try (Target target = Target.start(
                            program(servers, server), loadTool, driver, data, group.members())) {
                        samples.addAll(measure(group, target, server, round));
                    }
                }
            }
        }
        return samples;
    }

    /** The order of a round: ABC, BCA, CAB, so that no server always runs first. */
    static List<ServerKind> rotated(final List<ServerKind> servers, final int by) {
        final int first = by % servers.size();
        final var order = new ArrayList<>(servers.subList(first, servers.size()));
        order.addAll(servers.subList(0, first));
        return order;
    }

    private static Path program(final Map<ServerKind, Path> servers, final ServerKind server) {
        return Objects.requireNonNull(servers.get(server));
    }

    private List<Sample> measure(
            final LoadGroup group, final Target target, final ServerKind server, final int round) {
        final Optional<String> unprepared = prepare(group, target);
        final var samples = new ArrayList<Sample>();
        for (final Load load : group.loads()) {
            final Sample sample = unprepared
                    .map(why -> new Sample(load.name(), server, round, Map.of(), Optional.of(why)))
                    .orElseGet(() -> measure(load, target, server, round));
            progress.println(line(sample));
            samples.add(sample);
        }
        return samples;
    }

    private static Optional<String> prepare(final LoadGroup group, final Target target) {
        try {
            if (!group.startsItself()) {
                target.awaitReady();
            }
            group.prepare().accept(target);
            return Optional.empty();
        } catch (final NotServed refused) {
            return Optional.of(refused.why());
        }
    }

    private static Sample measure(
            final Load load, final Target target, final ServerKind server, final int round) {
        try {
            return new Sample(load.name(), server, round, load.run().on(target), Optional.empty());
        } catch (final NotServed refused) {
            return new Sample(load.name(), server, round, Map.of(), Optional.of(refused.why()));
        }
    }

    private static String line(final Sample sample) {
        final var figures = new ArrayList<String>();
        for (final Figure figure : Figure.values()) {
            if (sample.figures().containsKey(figure)) {
                figures.add(figure.title() + " " + Table.number(sample.figures().get(figure)));
            }
        }
        return "round " + sample.round() + ", " + sample.server().title() + ", " + sample.load() + ": "
                + sample.notServed().map(why -> "not served: " + why).orElse(String.join(", ", figures));
    }
}
