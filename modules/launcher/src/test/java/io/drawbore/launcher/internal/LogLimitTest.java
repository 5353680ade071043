package io.drawbore.launcher.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import io.drawbore.api.ThreadWorkers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLimitTest {
    private final ThreadWorkers workers = new ThreadWorkers();
    private final LoggerContext context = new LoggerContext();
    private final LogLimit limit = new LogLimit(Map.of("com.acme", "acme"), workers, false);

    @AfterEach
    void close() {
        workers.close();
    }

    private FilterReply log(final String logger, final String message) {
        return limit.decide(new LoggingEvent("test", context.getLogger(logger), Level.INFO, message, null, null));
    }

    @Test
    void aFloodIsCutAndTheMemberIsNot() {
        int passed = 0;
        while (log("com.acme.inner.Feed", "again") == FilterReply.NEUTRAL) {
            passed++;
        }
        assertTrue(passed >= LogAllowance.BURST, () -> "a burst is let through");
        for (int i = 0; i < 10 * LogAllowance.BURST; i++) {
            assertEquals(FilterReply.NEUTRAL, log("io.drawbore.server.RaftLoop", "again"));
        }
    }

    @Test
    void longLinesCountForSeveral() {
        final String large = "x".repeat(1 << 20);
        int passed = 0;
        while (log("com.acme.Feed", large) == FilterReply.NEUTRAL) {
            passed++;
        }
        assertTrue(passed < 10, "a few MiB are enough");
    }

    @Test
    void longKeysAndValuesCountForSeveralToo() {
        final StringBuilder large = new StringBuilder("x".repeat(1 << 20));
        int passed = 0;
        FilterReply reply = FilterReply.NEUTRAL;
        while (reply == FilterReply.NEUTRAL) {
            final LoggingEvent event = new LoggingEvent(
                    "test", context.getLogger("com.acme.Feed"), Level.INFO, "short", null, null);
            event.addKeyValuePair(new KeyValuePair("x", large));
            reply = limit.decide(event);
            passed++;
        }
        assertTrue(passed < 10, "a few MiB are enough");
    }

    /** Virtual threads are in nobody's group. */
    @Test
    void aFloodFromAVirtualThreadIsCutWhateverItsLogger() throws Exception {
        final PluginLoader loader = new PluginLoader("acme", List.of(), PluginSearch.host());
        final AtomicInteger passed = new AtomicInteger();
        final Thread flood = Thread.ofVirtual().unstarted(() -> {
            while (passed.get() < 1_000 * LogAllowance.BURST && log("any", "again") == FilterReply.NEUTRAL) {
                passed.incrementAndGet();
            }
        });
        flood.setContextClassLoader(loader);
        flood.start();
        flood.join();
        assertTrue(passed.get() < 1_000 * LogAllowance.BURST, "it is cut at last");
        assertEquals(FilterReply.NEUTRAL, log("any", "again"), "the same logger of the member's");
    }

    @Test
    void anAllowanceComesBackWithTime() {
        final long second = 1_000_000_000;
        final LogAllowance allowance = new LogAllowance(0);
        for (int i = 0; i < LogAllowance.BURST; i++) {
            assertTrue(allowance.take(0, 1));
        }
        assertFalse(allowance.take(0, 1));
        assertFalse(allowance.take(0, 1));
        assertEquals(2, allowance.takeDropped());
        for (int i = 0; i < LogAllowance.LINES_A_SECOND; i++) {
            assertTrue(allowance.take(second, 1));
        }
        assertFalse(allowance.take(second, 1));
        assertEquals(1, allowance.takeDropped());
        assertEquals(0, allowance.takeDropped());
    }
}
