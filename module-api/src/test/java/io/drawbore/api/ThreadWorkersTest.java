package io.drawbore.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ThreadWorkersTest {
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void whoIsToldHearsWhatNobodyCaught() throws InterruptedException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (ThreadWorkers workers = new ThreadWorkers((thread, cause) -> heard.add(
                thread.getName() + ": " + cause.getMessage()))) {
            Worker worker = workers.worker("worker", () -> {
                throw new IllegalStateException("a bad turn");
            });
            worker.start();
            worker.join();
            assertEquals("worker: a bad turn", heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));

            Workers.Pool pool = workers.pool("pool", 1);
            pool.execute(() -> {
                throw new IllegalStateException("a bad task");
            });
            assertEquals("pool-0: a bad task", heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            pool.close();
        }
    }

    /** Whoever joined it went on to close what it worked on. */
    @Test
    void anInterruptedJoinReturnsWhenTheWorkerHasEnded() {
        AtomicBoolean ended = new AtomicBoolean();
        try (ThreadWorkers workers = new ThreadWorkers()) {
            Thread joining = Thread.currentThread();
            Worker worker = workers.worker("worker", () -> {
                // until the one that joins has met its interrupt
                while (joining.isInterrupted()) {
                    Thread.onSpinWait();
                }
                ended.set(true);
                return Worker.Turn.ENDED;
            });
            joining.interrupt();
            worker.start();
            worker.join();
            assertTrue(ended.get());
        }
        assertTrue(Thread.interrupted());
    }

    /** Pools have terminated a moment before their last threads have ended. */
    @RepeatedTest(100)
    void threadsOfClosedPoolsHaveEndedOnReturn() {
        ThreadWorkers workers = new ThreadWorkers();
        Workers.Pool pool = workers.pool("ended-on-return", 4);
        for (int i = 0; i < 100; i++) {
            pool.execute(Thread::onSpinWait);
        }
        pool.close();
        workers.close();
        List<String> left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("ended-on-return"))
                .toList();
        assertEquals(List.of(), left);
    }
}
