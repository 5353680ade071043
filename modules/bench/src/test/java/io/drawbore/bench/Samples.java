package io.drawbore.bench;

import java.util.Map;
import java.util.Optional;

/** Samples for tests. */
final class Samples {
    private Samples() {}

    static Sample cpu(final String load, final ServerKind server, final int round, final double cpu) {
        return new Sample(load, server, round, Map.of(Figure.CPU, cpu), Optional.empty());
    }

    static Sample requests(final String load, final ServerKind server, final double cpu, final double rate) {
        return new Sample(
                load,
                server,
                1,
                Map.of(
                        Figure.CPU, cpu,
                        Figure.RATE, rate,
                        Figure.P50, 1.0,
                        Figure.P99, 12.5,
                        Figure.PEAK_RSS, 1234.0),
                Optional.empty());
    }

    static Sample refused(final String load, final ServerKind server, final String why) {
        return new Sample(load, server, 1, Map.of(), Optional.of(why));
    }
}
