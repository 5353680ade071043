package io.drawbore.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StopStepsTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    private void hang() {
        try {
            over.await();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatThrowsOrHangsKeepsNoneOfTheOthersFromEnding() {
        final StopSteps steps = new StopSteps();
        steps.add("first", LONG, () -> ended.add("first"));
        steps.add("broken", LONG, () -> {
            throw new NoClassDefFoundError("of another version");
        });
        steps.add("second", LONG, () -> ended.add("second"));
        steps.add("hanging", Duration.ofMillis(100), this::hang);
        steps.add("broken too", LONG, () -> {
            throw new IllegalStateException("closed");
        });
        steps.add("third", LONG, () -> ended.add("third"));

        final Error told = assertThrows(NoClassDefFoundError.class, steps::run);
        assertEquals("closed", told.getSuppressed()[0].getMessage());
        assertEquals(List.of("first", "second", "third"), ended);
        over.countDown();
    }

    @Test
    void anInterruptShortensNothing() {
        final StopSteps steps = new StopSteps();
        final Thread stopper = Thread.currentThread();
        steps.add("first", LONG, () -> {
            stopper.interrupt();
            while (stopper.isInterrupted()) {
                // until it has noticed
                Thread.onSpinWait();
            }
            ended.add("first");
        });
        steps.add("second", LONG, () -> ended.add("second"));
        steps.run();

        assertTrue(Thread.interrupted(), "who was interrupted is told so afterwards");
        assertEquals(List.of("first", "second"), ended);
    }
}
