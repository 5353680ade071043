package io.drawbore.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** The samples of all rounds, brought together: a spread per load, server and figure. Immutable. */
final class Comparison {
    private final List<String> loads;
    private final List<ServerKind> servers;
    private final Map<Key, Map<Figure, Spread>> spreads = new LinkedHashMap<>();
    private final Map<Key, String> notServed = new LinkedHashMap<>();

    private record Key(String load, ServerKind server) {}

    private Comparison(final List<String> loads, final List<ServerKind> servers) {
        this.loads = List.copyOf(loads);
        this.servers = List.copyOf(servers);
    }

    /** Brings samples together; loads and servers keep the order in which they first occur. */
    static Comparison of(final List<Sample> samples, final List<ServerKind> servers) {
        final Set<String> loads = new LinkedHashSet<>();
        final Map<Key, Map<Figure, List<Double>>> values = new LinkedHashMap<>();
        final Map<Key, String> refusals = new LinkedHashMap<>();
        for (final Sample sample : samples) {
            loads.add(sample.load());
            final Key key = new Key(sample.load(), sample.server());
            sample.notServed().ifPresent(why -> refusals.put(key, why));
            final Map<Figure, List<Double>> figures =
                    values.computeIfAbsent(key, _ -> new EnumMap<>(Figure.class));
            sample.figures().forEach((figure, value) -> {
                if (!value.isNaN()) {
                    figures.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value);
                }
            });
        }
        final Comparison comparison = new Comparison(List.copyOf(loads), servers);
        values.forEach((key, figures) -> {
            final Map<Figure, Spread> spreads = new EnumMap<>(Figure.class);
            figures.forEach((figure, measured) -> spreads.put(figure, Spread.of(measured)));
            comparison.spreads.put(key, spreads);
        });
        comparison.notServed.putAll(refusals);
        return comparison;
    }

    List<String> loads() {
        return loads;
    }

    List<ServerKind> servers() {
        return servers;
    }

    /** The spread over the rounds, where the load was served at least once. */
    Optional<Spread> spread(final String load, final ServerKind server, final Figure figure) {
        return Optional.ofNullable(
                spreads.getOrDefault(new Key(load, server), Map.of()).get(figure));
    }

    /** Why a load was not served, where it was refused in some round. */
    Optional<String> notServed(final String load, final ServerKind server) {
        return Optional.ofNullable(notServed.get(new Key(load, server)));
    }

    /** The figures that some server has for a load, in their order. */
    List<Figure> figures(final String load) {
        return List.of(Figure.values()).stream()
                .filter(figure -> servers.stream()
                        .anyMatch(server -> spread(load, server, figure).isPresent()))
                .toList();
    }

    /** The median over the reference's; empty where one of them is missing or the reference's is zero. */
    OptionalDouble ratio(final String load, final ServerKind server, final Figure figure) {
        final Optional<Spread> ours = spread(load, server, figure);
        final Optional<Spread> theirs = spread(load, ServerKind.REFERENCE, figure);
        return ours.isPresent() && theirs.isPresent() && theirs.get().median() > 0
                ? OptionalDouble.of(ours.get().median() / theirs.get().median())
                : OptionalDouble.empty();
    }
}
