package io.drawbore.rpc.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http2.frames.ContinuationFrame;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.PriorityFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.junit.jupiter.api.Test;

final class FrameRatesTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aBurstIsBorneAndAFloodIsNot() {
        Frame[] frames = {new ResetFrame(1, 8), new PingFrame(false), new SettingsFrame(Map.of(), false),
                new ContinuationFrame(1, false), new DataFrame(1, ByteBuffer.allocate(0), false),
                new PriorityFrame(1, 3, 1, false)};
        int[] bursts = {20_000, 10_000, 100, 1_000, 1_000, 1_000};
        FrameRates rates = new FrameRates();
        for (int kind = 0; kind < frames.length; kind++) {
            for (int i = 0; i < bursts[kind]; i++) {
                assertTrue(rates.onEvent(frames[kind]), frames[kind] + " " + i);
            }
            // However fast it refills: a flood is faster.
            boolean refused = false;
            for (int i = 0; i < 1_000_000 && !refused; i++) {
                refused = !rates.onEvent(frames[kind]);
            }
            assertTrue(refused, frames[kind]::toString);
        }
    }

    @Test
    void aBudgetRefillsWithTimeUpToItsSize() {
        FrameRates.Budget budget = new FrameRates.Budget(3, 1);
        assertTrue(budget.take(0) && budget.take(0) && budget.take(0));
        assertFalse(budget.take(0));
        assertTrue(budget.take(2 * SECOND));
        assertFalse(budget.take(2 * SECOND));
        assertTrue(budget.take(100 * SECOND) && budget.take(100 * SECOND) && budget.take(100 * SECOND));
        assertFalse(budget.take(100 * SECOND));
    }
}
