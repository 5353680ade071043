package io.drawbore.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void countersAreWrittenUnderTheNameTheyWereGiven() {
        metrics.counter("etcd_server_health_failures", "The total number of failed health checks").add(3);

        assertEquals("""
                # HELP etcd_server_health_failures The total number of failed health checks
                # TYPE etcd_server_health_failures counter
                etcd_server_health_failures 3
                """, metrics.text());
    }

    @Test
    void labelsAreEscapedAndSorted() {
        Metrics.Labelled<Counter> requests = metrics.counters("r_total", "line\nbreak", "type", "client_api_version");
        requests.with("unary", "3.7").increment();
        requests.with("stream", "a\"b\\c\nd").increment();

        assertEquals("""
                # HELP r_total line\\nbreak
                # TYPE r_total counter
                r_total{type="stream",client_api_version="a\\"b\\\\c\\nd"} 1
                r_total{type="unary",client_api_version="3.7"} 1
                """, metrics.text());
        assertSame(requests.with("unary", "3.7"), requests.with("unary", "3.7"));
    }

    @Test
    void histogramsCountUpwardsAndABoundBelongsToItsBucket() {
        Histogram histogram = metrics.histogram("h_seconds", "h", Histogram.exponential(0.25, 2, 3));
        for (double value : new double[] {0.1, 0.25, 0.3, 1, 7}) {
            histogram.observe(value);
        }

        assertEquals("""
                # HELP h_seconds h
                # TYPE h_seconds histogram
                h_seconds_bucket{le="0.25"} 2
                h_seconds_bucket{le="0.5"} 3
                h_seconds_bucket{le="1"} 4
                h_seconds_bucket{le="+Inf"} 5
                h_seconds_sum 8.65
                h_seconds_count 5
                """, metrics.text());
    }

    @Test
    void labelledHistogramsKeepTheirLabelsBesideTheBound() {
        metrics.histograms("d_seconds", "d", new double[] {1}, "type").with("Range").observe(0.5);

        assertTrue(metrics.text().contains("d_seconds_bucket{type=\"Range\",le=\"1\"} 1\n"), metrics.text());
        assertTrue(metrics.text().contains("d_seconds_sum{type=\"Range\"} 0.5\n"), metrics.text());
    }

    @Test
    void aGaugeIsAskedWhenItIsRead() {
        double[] value = {1};
        metrics.gauge("g", "g", Map.of("area", "heap"), () -> value[0]);
        value[0] = Double.POSITIVE_INFINITY;
        assertTrue(metrics.text().contains("g{area=\"heap\"} +Inf\n"), metrics.text());
        metrics.gauge("g", "g", Map.of("area", "heap"), () -> 2.5);
        assertTrue(metrics.text().contains("g{area=\"heap\"} 2.5\n"), metrics.text());
    }

    @Test
    void aNameIsOneThingOnly() {
        metrics.counter("x_total", "x");
        assertThrows(IllegalArgumentException.class, () -> metrics.gauge("x_total", "x", () -> 1));
        assertThrows(IllegalArgumentException.class, () -> metrics.counters("x_total", "x", "label"));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("no name", "x"));
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("x_total", "x").add(-1));
        assertThrows(IllegalArgumentException.class, () -> metrics.histogram("h", "h", new double[] {1, 1}));
    }

    @Test
    void boundsGrowByTheirFactor() {
        assertArrayEquals(new double[] {0.001, 0.002, 0.004}, Histogram.exponential(0.001, 2, 3), 1e-12);
    }

    @Test
    void theProcessTellsOfItself() {
        ProcessMetrics.register(metrics);

        assertTrue(metrics.text().lines().anyMatch(l -> l.startsWith("process_start_time_seconds 1")), metrics.text());
        assertTrue(metrics.text().lines().anyMatch(l -> l.matches("process_cpu_seconds_total [0-9.E-]+")),
                metrics.text());
        assertTrue(metrics.text().lines().anyMatch(l -> l.matches("jvm_threads_current [1-9][0-9]*")), metrics.text());
        assertEquals(metrics.text().lines().filter(l -> !l.startsWith("#")).count(),
                metrics.registry().getNames().size());
    }
}
