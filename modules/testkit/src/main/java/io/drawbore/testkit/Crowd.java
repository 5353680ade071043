package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Threads that call what a third party has written. */
final class Crowd {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Crowd() {}

    /** What each thread does. */
    interface Work {
        void run() throws Exception;
    }

    /** Has many threads do the same at once; fails as the first of them did. */
    static void ofThreads(int count, Work work) throws Exception {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, count)
                .mapToObj(_ -> Thread.ofPlatform().daemon().start(() -> {
                    try {
                        begin.await();
                        work.run();
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                }))
                .toList();
        begin.countDown();
        for (Thread thread : threads) {
            assertTrue(thread.join(PATIENCE), "a call did not end within " + PATIENCE);
        }
        Throwable first = failure.get();
        assertNull(first, () -> "one of many calls at once failed: " + first);
    }

    /** Has one thread do something, and sees to it that it ends, however it does. */
    static void ended(Work work, boolean interrupted) throws InterruptedException {
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (Throwable however) {
                // that it ends is all
            }
        });
        if (interrupted) {
            thread.interrupt();
        }
        assertTrue(thread.join(PATIENCE), "a call did not end within " + PATIENCE);
    }
}
