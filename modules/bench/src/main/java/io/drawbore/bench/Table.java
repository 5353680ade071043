package io.drawbore.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows of text under a head, to be printed or written as Markdown.
 *
 * @param head the names of the columns
 * @param rows as many cells each as the head has
 */
record Table(List<String> head, List<List<String>> rows) {
    private static final List<Figure> COLUMNS =
            List.of(Figure.CPU, Figure.RATE, Figure.P50, Figure.P99, Figure.PEAK_RSS);

    Table {
        head = List.copyOf(head);
        rows = List.copyOf(rows);
    }

    /** The loads that are many requests: a line per server, with its ratio to the reference for CPU and rate. */
    static Table ofRequests(final Comparison comparison) {
        final var head = new ArrayList<>(List.of("load", "server"));
        for (final Figure figure : COLUMNS) {
            head.add(figure.title());
            if (hasRatio(figure)) {
                head.add("ratio");
            }
        }
        final var rows = new ArrayList<List<String>>();
        for (final String load : comparison.loads()) {
            if (!isOfRequests(comparison, load)) {
                continue;
            }
            for (final ServerKind server : comparison.servers()) {
                rows.add(requestRow(comparison, load, server));
            }
        }
        return new Table(head, rows);
    }

    /** The other loads: a line per figure, a column per server, and our ratio to the reference. */
    static Table ofEvents(final Comparison comparison) {
        final var head = new ArrayList<>(List.of("load", "figure"));
        comparison.servers().forEach(server -> head.add(server.title()));
        head.add("ratio");
        final var rows = new ArrayList<List<String>>();
        for (final String load : comparison.loads()) {
            if (isOfRequests(comparison, load)) {
                continue;
            }
            final List<Figure> figures = comparison.figures(load);
            for (final Figure figure : figures.isEmpty() ? List.of(Figure.SECONDS) : figures) {
                final var row = new ArrayList<>(List.of(load, figure.title()));
                for (final ServerKind server : comparison.servers()) {
                    row.add(comparison
                            .spread(load, server, figure)
                            .map(Table::spread)
                            .orElseGet(() -> comparison.notServed(load, server).isPresent() ? "not served" : "-"));
                }
                row.add(ratio(comparison.ratio(load, ServerKind.DRAWBORE, figure)));
                rows.add(row);
            }
        }
        return new Table(head, rows);
    }

    /** Which loads were not served, and why. */
    static List<String> refusals(final Comparison comparison) {
        final var lines = new ArrayList<String>();
        for (final String load : comparison.loads()) {
            for (final ServerKind server : comparison.servers()) {
                comparison
                        .notServed(load, server)
                        .ifPresent(why -> lines.add(server.title() + ", " + load + ": not served: " + why));
            }
        }
        return lines;
    }

    /** In columns of a width, for a terminal. */
    String text() {
        final List<Integer> widths = IntStream.range(0, head.size())
                .mapToObj(column -> Math.max(
                        head.get(column).length(),
                        rows.stream()
                                .mapToInt(row -> row.get(column).length())
                                .max()
                                .orElse(0)))
                .toList();
        final var lines = new ArrayList<String>();
        lines.add(line(head, widths));
        lines.add(line(widths.stream().map("-"::repeat).toList(), widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return String.join("\n", lines) + "\n";
    }

    /** As a table of Markdown; numbers stand to the right. */
    String markdown() {
        final var lines = new ArrayList<String>();
        lines.add("| " + String.join(" | ", head) + " |");
        lines.add("| --- | --- |" + String.join("", Collections.nCopies(head.size() - 2, " ---: |")));
        rows.forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
        return String.join("\n", lines) + "\n";
    }

    private static boolean hasRatio(final Figure figure) {
        return figure == Figure.CPU || figure == Figure.RATE || figure == Figure.PEAK_RSS;
    }

    private static boolean isOfRequests(final Comparison comparison, final String load) {
        return comparison.figures(load).contains(Figure.RATE);
    }

    private static List<String> requestRow(
            final Comparison comparison, final String load, final ServerKind server) {
        final var row = new ArrayList<>(List.of(load, server.title()));
        final boolean refused = comparison.notServed(load, server).isPresent();
        for (final Figure figure : COLUMNS) {
            final Optional<Spread> spread = comparison.spread(load, server, figure);
            row.add(spread.map(Table::spread).orElse(refused ? "not served" : "-"));
            if (hasRatio(figure)) {
                row.add(ratio(comparison.ratio(load, server, figure)));
            }
        }
        return row;
    }

    private static String line(final List<String> cells, final List<Integer> widths) {
        return IntStream.range(0, cells.size())
                .mapToObj(column -> pad(cells.get(column), widths.get(column), column < 2))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String pad(final String cell, final int width, final boolean left) {
        final String blanks = " ".repeat(width - cell.length());
        return left ? cell + blanks : blanks + cell;
    }

    private static String ratio(final OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
    }

    /** The median, with the ends where there was more than one round. */
    static String spread(final Spread spread) {
        return spread.min() == spread.max()
                ? number(spread.median())
                : number(spread.median()) + " (" + number(spread.min()) + ".." + number(spread.max()) + ")";
    }

    /** Three digits that count, with commas in thousands. */
    static String number(final double value) {
        final double size = Math.abs(value);
        final String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
