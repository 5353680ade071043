package io.drawbore.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the load tools print, in the form they print it. */
class MeasuredTest {
    private static final String REPORT = """

            Summary:
              Total:\t2.0000 secs.
              Slowest:\t0.0420 secs.
              Fastest:\t0.0001 secs.
              Average:\t0.0010 secs.
              Stddev:\t0.0002 secs.
              Requests/sec:\t5000.0000

            Response time histogram:
              0.0001 [1]\t|
              0.0420 [9999]\t|∎∎∎∎∎∎∎∎

            Latency distribution:
              10% in 0.0002 secs.
              50% in 0.0009 secs.
              99% in 0.0101 secs.
              99.9% in 0.0399 secs.
            """;

    @Test
    void theReportOfTheLoadToolIsRead() {
        final Measured measured = Measured.ofLoadTool(REPORT);

        assertEquals(5000, measured.perSecond());
        assertEquals(0.9, measured.p50(), 1e-9);
        assertEquals(10.1, measured.p99(), 1e-9);
        assertEquals(42, measured.max(), 1e-9);
        assertEquals(10_000, measured.requests());
        assertEquals(Optional.empty(), measured.failure());
    }

    @Test
    void failedRequestsAreAFailureEvenBesideAnsweredOnes() {
        final Measured measured =
                Measured.ofLoadTool(REPORT + "\nError distribution:\n  [17]\trpc error: code = Unimplemented\n");
        assertEquals(Optional.of("17 failed: rpc error: code = Unimplemented"), measured.failure());
    }

    @Test
    void aReportWithoutASummaryIsAFailure() {
        assertTrue(Measured.ofLoadTool("\n").failure().isPresent());
        assertEquals(
                Optional.of("100 failed: unknown service"),
                Measured.ofLoadTool("\nError distribution:\n  [100]\tunknown service\n")
                        .failure());
    }

    @Test
    void latenciesThatAFewRequestsDoNotHaveAreNoNumbers() {
        assertTrue(Double.isNaN(Measured.ofLoadTool("  Requests/sec:\t5.0\n").p99()));
    }

    @Test
    void theLineOfTheDriverIsRead() {
        final Measured measured = Measured.ofDriver(
                "{\"requests\":1000,\"seconds\":0.5,\"errors\":0,\"p50_ms\":1.5,\"p99_ms\":7,\"max_ms\":9.25,"
                        + "\"cpu_seconds\":0.12,\"more\":{\"quiet_p99_ms\":5}}");

        assertEquals(2000, measured.perSecond());
        assertEquals(1.5, measured.p50());
        assertEquals(7, measured.p99());
        assertEquals(9.25, measured.max());
        assertEquals(Optional.of(0.12), measured.cpuSeconds());
        assertEquals(Map.of("quiet_p99_ms", 5.0), measured.more());
    }
}
