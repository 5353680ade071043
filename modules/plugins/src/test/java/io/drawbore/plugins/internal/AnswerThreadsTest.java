package io.drawbore.plugins.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.ThreadWorkers;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.Fence;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AnswerThreadsTest {
    private final ThreadWorkers workers = new ThreadWorkers();
    private final Fence fence =
            new Fence("acme", null, new Fence.Surroundings(workers, Runnable::run, new Metrics()));
    private final AnswerThreads threads = new AnswerThreads(fence);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @AfterEach
    void end() {
        mayGoOn.countDown();
        threads.close();
        workers.close();
    }

    private void hold() {
        try {
            mayGoOn.await();
        } catch (InterruptedException e) {
            // the end
        }
    }

    private void takeAllThreads() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(AnswerThreads.MAX_THREADS);
        for (int i = 0; i < AnswerThreads.MAX_THREADS; i++) {
            threads.execute(() -> {
                taken.countDown();
                hold();
            });
        }
        taken.await();
    }

    private CompletableFuture<String> toldOn() {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        CompletableFuture<String> told =
                threads.told(answer).thenApply(_ -> String.valueOf(Fence.pluginOf(Thread.currentThread())));
        answer.complete(1);
        return told;
    }

    @Test
    void whatComesWhenAllThreadsAreTakenWaitsAndComesThen() throws InterruptedException {
        takeAllThreads();
        List<CompletableFuture<String>> late = new ArrayList<>();
        for (int i = 0; i < AnswerThreads.MAX_WAITING; i++) {
            assertFalse(threads.areBehind());
            late.add(toldOn());
        }
        assertTrue(threads.areBehind());
        assertEquals(AnswerThreads.MAX_THREADS, fence.threads().size());
        assertTrue(late.stream().noneMatch(CompletableFuture::isDone));
        mayGoOn.countDown();
        late.forEach(one -> assertEquals("acme", one.join()));
    }

    /** Somebody may wait for it who can't be interrupted. */
    @Test
    void whatWaitsAtTheEndAndWhatComesAfterItIsTold() throws InterruptedException {
        takeAllThreads();
        CompletableFuture<String> waiting = toldOn();
        threads.close();
        assertEquals("acme", waiting.join());
        assertEquals("acme", toldOn().join());
    }
}
