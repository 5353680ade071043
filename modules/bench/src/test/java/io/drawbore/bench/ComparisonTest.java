package io.drawbore.bench;

import static io.drawbore.bench.ServerKind.DRAWBORE;
import static io.drawbore.bench.ServerKind.ETCD_3_6;
import static io.drawbore.bench.ServerKind.ETCD_3_7;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTheMiddleTwo() {
        assertEquals(new Spread(3, 1, 9), Spread.of(List.of(9.0, 1.0, 3.0)));
        assertEquals(new Spread(2.5, 1, 9), Spread.of(List.of(9.0, 1.0, 3.0, 2.0)));
        assertEquals(new Spread(7, 7, 7), Spread.of(List.of(7.0)));
        assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    }

    @Test
    void roundsAreBroughtTogetherAndComparedWithTheReference() {
        final Comparison comparison = Comparison.of(
                List.of(
                        Samples.cpu("put", DRAWBORE, 1, 8),
                        Samples.cpu("put", ETCD_3_7, 1, 10),
                        Samples.cpu("put", ETCD_3_7, 2, 30),
                        Samples.cpu("put", DRAWBORE, 2, 4)),
                List.of(DRAWBORE, ETCD_3_7));

        assertEquals(Optional.of(new Spread(6, 4, 8)), comparison.spread("put", DRAWBORE, Figure.CPU));
        assertEquals(OptionalDouble.of(0.3), comparison.ratio("put", DRAWBORE, Figure.CPU));
        assertEquals(OptionalDouble.of(1), comparison.ratio("put", ETCD_3_7, Figure.CPU));
        assertTrue(comparison.ratio("put", DRAWBORE, Figure.RATE).isEmpty());
    }

    @Test
    void whatIsNotServedHasAReasonAndNoRatio() {
        final Comparison comparison = Comparison.of(
                List.of(Samples.refused("lease", DRAWBORE, "unknown service"), Samples.cpu("lease", ETCD_3_7, 1, 3)),
                List.of(DRAWBORE, ETCD_3_7));

        assertEquals(Optional.of("unknown service"), comparison.notServed("lease", DRAWBORE));
        assertTrue(comparison.ratio("lease", DRAWBORE, Figure.CPU).isEmpty());
        assertEquals(Optional.empty(), comparison.notServed("lease", ETCD_3_7));
    }

    @Test
    void numbersThatWereNotMeasuredAreLeftOut() {
        final Comparison comparison = Comparison.of(
                List.of(new Sample("list", DRAWBORE, 1, Map.of(Figure.P99, Double.NaN), Optional.empty())),
                List.of(DRAWBORE));
        assertEquals(List.of(), comparison.figures("list"));
    }

    @Test
    void everyServerIsFirstInItsTurn() {
        final List<ServerKind> servers = List.of(DRAWBORE, ETCD_3_7, ETCD_3_6);
        assertEquals(servers, Rounds.rotated(servers, 0));
        assertEquals(List.of(ETCD_3_7, ETCD_3_6, DRAWBORE), Rounds.rotated(servers, 1));
        assertEquals(List.of(ETCD_3_6, DRAWBORE, ETCD_3_7), Rounds.rotated(servers, 2));
        assertEquals(servers, Rounds.rotated(servers, 3));
    }
}
