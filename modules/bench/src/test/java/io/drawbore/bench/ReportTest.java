package io.drawbore.bench;

import static io.drawbore.bench.ServerKind.DRAWBORE;
import static io.drawbore.bench.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final List<Sample> SAMPLES = List.of(
            Samples.requests("put", DRAWBORE, 6, 2_000),
            Samples.requests("put", ETCD_3_7, 12, 1_000),
            Samples.refused("grant", DRAWBORE, "unknown service"),
            Samples.requests("grant", ETCD_3_7, 3, 5_000),
            new Sample("start", DRAWBORE, 1, Map.of(Figure.SECONDS, 1.5), Optional.empty()),
            new Sample("start", ETCD_3_7, 1, Map.of(Figure.SECONDS, 0.5), Optional.empty()));
    private static final Comparison COMPARISON = Comparison.of(SAMPLES, List.of(DRAWBORE, ETCD_3_7));
    private static final Machine MACHINE = new Machine(2, 8, "Linux 6", "Temurin 25", "2026-01-01", "abc");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theTableLeadsWithCpuAndShowsRatios() {
        assertEquals("""
                load   server    CPU-s per 100k  ratio  requests/s  ratio      p50 ms      p99 ms  peak RSS MiB  ratio
                -----  --------  --------------  -----  ----------  -----  ----------  ----------  ------------  -----
                put    drawbore            6.00   0.50       2,000   2.00        1.00        12.5         1,234   1.00
                put    etcd-3.7            12.0   1.00       1,000   1.00        1.00        12.5         1,234   1.00
                grant  drawbore      not served      -  not served      -  not served  not served    not served      -
                grant  etcd-3.7            3.00   1.00       5,000   1.00        1.00        12.5         1,234   1.00
                """, Table.ofRequests(COMPARISON).text());
    }

    @Test
    void loadsThatAreOneEventHaveALinePerFigure() {
        assertEquals("""
                | load | figure | drawbore | etcd-3.7 | ratio |
                | --- | --- | ---: | ---: | ---: |
                | start | s | 1.50 | 0.50 | 3.00 |
                """, Table.ofEvents(COMPARISON).markdown());
    }

    @Test
    void refusalsStandBelowTheTables() {
        assertEquals(
                List.of("drawbore, grant: not served: unknown service"), Table.refusals(COMPARISON));
    }

    @Test
    void roundsShowTheirEnds() {
        assertEquals("1,500 (1,000..2,000)", Table.spread(new Spread(1500, 1000, 2000)));
        assertEquals("0.50", Table.spread(new Spread(0.5, 0.5, 0.5)));
    }

    @Test
    void thePictureHasABarForEveryRatioAndNoneForWhatIsNotServed() {
        final String svg = Picture.of(COMPARISON);

        assertTrue(svg.contains(">put</text>"), svg);
        assertTrue(svg.contains(">0.50</text>"), svg);
        assertTrue(!svg.contains("grant"), svg);
        // Two in the legend, two in the one row.
        assertEquals(4, svg.split("<rect", -1).length - 1);
        assertTrue(svg.contains("prefers-color-scheme: dark"), svg);
    }

    @Test
    void everySampleIsInTheFile() {
        final var json = new Report(MACHINE, options(), SAMPLES, COMPARISON).json();

        assertEquals(SAMPLES.size(), json.getAsJsonArray("samples").size());
        final var first = json.getAsJsonArray("samples").get(0).getAsJsonObject();
        assertEquals(6, first.get(Figure.CPU.title()).getAsDouble());
        assertEquals("drawbore", first.get("server").getAsString());
    }

    @Test
    void publishingReplacesTheTablesAndKeepsTheWords() throws IOException {
        final Path page = folder.resolve("PERFORMANCE.md");
        Files.writeString(page, "# Words\n<!-- tables -->\nold\n<!-- end of tables -->\nmore words\n");
        final Report report = new Report(MACHINE, options(), SAMPLES, COMPARISON);

        report.publish(folder);
        report.publish(folder);

        final String published = Files.readString(page);
        assertTrue(published.startsWith("# Words\n"), published);
        assertTrue(published.endsWith("<!-- end of tables -->\nmore words\n"), published);
        assertTrue(!published.contains("old"), published);
        assertTrue(published.contains("2026-01-01, commit abc, 2 cores"), published);
        assertEquals(2, published.split("\\| put \\|", -1).length - 1, published);
        assertTrue(Files.exists(folder.resolve("performance.svg")));
        assertThrows(IllegalStateException.class, () -> Page.with("no marks", "tables"));
    }

    private static Options options() {
        return new Options(true, 1, Set.of(), List.of(DRAWBORE, ETCD_3_7), false);
    }
}
