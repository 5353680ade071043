package io.drawbore.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a run leaves: the text for the terminal, the file of its samples, and the published page. Immutable. */
final class Report {
    private final Machine machine;
    private final Options options;
    private final List<Sample> samples;
    private final Comparison comparison;

    Report(
            final Machine machine,
            final Options options,
            final List<Sample> samples,
            final Comparison comparison) {
        this.machine = machine;
        this.options = options;
        this.samples = List.copyOf(samples);
        this.comparison = comparison;
    }

    /** The tables, CPU first, with the refusals below them. */
    String text() {
        final var parts = new ArrayList<String>();
        parts.add(heading());
        for (final Table table : List.of(Table.ofRequests(comparison), Table.ofEvents(comparison))) {
            if (!table.rows().isEmpty()) {
                parts.add(table.text());
            }
        }
        parts.addAll(Table.refusals(comparison));
        return String.join("\n", parts) + "\n";
    }

    /** Every sample of every round. */
    void writeJson(final Path file) throws IOException {
        Files.writeString(file, new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json()));
    }

    JsonObject json() {
        final var all = new JsonObject();
        all.addProperty("machine", machine.line());
        all.addProperty("rounds", options.rounds());
        all.addProperty("quick", options.quick());
        final var array = new JsonArray();
        for (final Sample sample : samples) {
            final var one = new JsonObject();
            one.addProperty("load", sample.load());
            one.addProperty("server", sample.server().title());
            one.addProperty("round", sample.round());
            sample.notServed().ifPresent(why -> one.addProperty("not served", why));
            for (final Figure figure : Figure.values()) {
                final Double value = sample.figures().get(figure);
                if (value != null && Double.isFinite(value)) {
                    one.addProperty(figure.title(), value);
                }
            }
            array.add(one);
        }
        all.add("samples", array);
        return all;
    }

    /** Writes the page and its picture into the folder of the docs. */
    void publish(final Path docs) throws IOException {
        Files.writeString(docs.resolve("performance.svg"), Picture.of(comparison));
        final Path page = docs.resolve("PERFORMANCE.md");
        final String before = Files.exists(page) ? Files.readString(page) : Page.EMPTY;
        Files.writeString(page, Page.with(before, tables()));
    }

    private String tables() {
        final var parts = new ArrayList<String>();
        parts.add(heading());
        for (final Table table : List.of(Table.ofRequests(comparison), Table.ofEvents(comparison))) {
            if (!table.rows().isEmpty()) {
                parts.add(table.markdown());
            }
        }
        final List<String> refusals = Table.refusals(comparison);
        if (!refusals.isEmpty()) {
            parts.add("- " + String.join("\n- ", refusals) + "\n");
        }
        return String.join("\n", parts);
    }

    private String heading() {
        return machine.line() + "; " + (options.rounds() == 1 ? "one round" : options.rounds() + " rounds")
                + (options.quick() ? " of the quick version" : "") + ": median (min..max)\n";
    }
}
