package io.drawbore.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What {@code ./bench} runs. */
final class Bench {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final int MISUSE = 2;

    private Bench() {}

    /** The first argument is the root of the checkout, the others are the user's. */
    public static void main(final String[] args) throws IOException {
        final var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        final Options options;
        try {
            options = Options.parse(List.of(args).subList(1, args.length));
        } catch (final IllegalArgumentException misuse) {
            out.println("bench: " + misuse.getMessage());
            out.printf(Locale.ROOT, Options.USAGE, String.join(", ", new TreeSet<>(Loads.words())));
            System.exit(MISUSE);
            return;
        }
        final Path root = Path.of(args[0]);
        final Path folder = root.resolve("modules/bench/target/bench")
                .resolve(LocalDateTime.now(ZoneOffset.UTC).format(TIME));
        Files.createDirectories(folder);

        final Machine machine = Machine.here(root);
        out.println(machine.line());
        final List<Sample> samples =
                new Rounds(new Programs(root), options, folder.resolve("data"), out).run();
        final Comparison comparison = Comparison.of(samples, options.servers());
        final Report report = new Report(machine, options, samples, comparison);
        out.println();
        out.print(report.text());
        report.writeJson(folder.resolve("result.json"));
        out.println("Written to " + folder.resolve("result.json"));
        if (options.publish()) {
            report.publish(root.resolve("docs"));
            out.println("Published in docs/PERFORMANCE.md and docs/performance.svg");
        }
    }
}
