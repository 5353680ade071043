package io.drawbore.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.internal.Breaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FenceTest {
    private static final Limits SMALL = new Limits(2, Duration.ofSeconds(1), 3);

    private final HandWorkers workers = new HandWorkers();
    private final Metrics metrics = new Metrics();
    private final Fence fence =
            new Fence("acme", null, new Fence.Surroundings(workers, Runnable::run, metrics));
    private final FencePoint point = fence.point("admission", "quota", SMALL);
    private final List<CountDownLatch> held = new ArrayList<>();

    @AfterEach
    void letGo() {
        held.forEach(CountDownLatch::countDown);
        fence.close();
    }

    @Test
    void aCallIsMadeOnAThreadOfThePluginsOwn() {
        Thread thread = point.call(Thread::currentThread).join();
        assertEquals("plugin-acme-call-1", thread.getName());
        assertEquals("acme", Fence.pluginOf(thread));
        assertNull(Fence.pluginOf(Thread.currentThread()));
        assertEquals(0, workers.waiting(), "its time is no longer watched");
    }

    @ParameterizedTest
    @ValueSource(classes = {
        IllegalStateException.class, LinkageError.class, StackOverflowError.class, AssertionError.class
    })
    void whateverItThrowsIsAFailureAndNoMore(Class<? extends Throwable> kind) {
        PluginFailure failure = failureOf(point.call(() -> {
            sneaky(kind.getConstructor().newInstance());
            return 1;
        }));
        assertEquals(PluginFailure.Kind.THREW, failure.kind());
        assertEquals(
                "drawbore: admission \"quota\" of plug-in \"acme\" is not available: threw " + kind.getName(),
                failure.toEtcdException().text());
        assertEquals(StatusCode.UNAVAILABLE, failure.toEtcdException().code());
        assertEquals(1, failures());
        assertEquals(2, point.call(() -> 2).join());
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneaky(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** Its message is code of the plug-in's too. */
    @Test
    void anExceptionThatCannotBeReadIsAFailureLikeAnyOther() {
        PluginFailure failure = failureOf(point.call(() -> {
            throw new IllegalStateException("never seen") {
                @Override
                public String getMessage() {
                    throw new UnsupportedOperationException();
                }
            };
        }));
        assertTrue(failure.getMessage().contains("which cannot be read"), failure::getMessage);
    }

    @Test
    void aRefusalIsAnAnswer() {
        for (int i = 0; i < 10; i++) {
            EtcdException refusal = assertInstanceOf(EtcdException.class, thrownBy(point.call(() -> {
                throw EtcdError.NO_SPACE.exception();
            })));
            assertEquals(EtcdError.NO_SPACE.text(), refusal.text());
        }
        assertEquals(0, failures());
    }

    @Test
    void aCallThatTakesTooLongFailsAndIsInterrupted() {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Integer> call = point.call(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
                return 1;
            } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
            }
        });
        await(begun);
        workers.pass(Duration.ofMillis(999));
        assertFalse(call.isDone());
        workers.pass(Duration.ofMillis(1));
        assertEquals(
                "admission \"quota\" of plug-in \"acme\" is not available: took longer than 1s",
                failureOf(call).getMessage());
        assertTrue(interrupted.join());
        assertEquals(1, failures());
    }

    @Test
    void oneTooManyIsRefusedAtOnceAndFencesNothingOff() {
        CompletableFuture<Integer> first = holding();
        CompletableFuture<Integer> second = holding();
        for (int i = 0; i < 10; i++) {
            assertEquals(PluginFailure.Kind.TOO_MANY, failureOf(point.call(() -> 3)).kind());
        }
        assertTrue(metrics.text().contains("drawbore_plugin_calls{plugin=\"acme\",point=\"admission/quota\"} 2\n"));
        held.forEach(CountDownLatch::countDown);
        assertEquals(0, first.join());
        assertEquals(0, second.join());
        assertEquals(3, point.call(() -> 3).join());
    }

    /** A plug-in that ignores its interrupts has given away its places. */
    @Test
    void whatWasGivenUpTakesItsPlaceUntilItReturns() {
        CompletableFuture<Integer> stubborn = holding();
        workers.pass(Duration.ofSeconds(1));
        assertEquals(PluginFailure.Kind.TOO_LONG, failureOf(stubborn).kind());
        CompletableFuture<Integer> other = holding();
        assertEquals(PluginFailure.Kind.TOO_MANY, failureOf(point.call(() -> 3)).kind());
        held.forEach(CountDownLatch::countDown);
        assertEquals(0, other.join());
    }

    @Test
    void failuresInARowFenceItOffAndAGoodProbeOpensTheWay() {
        Callable<Integer> bad = () -> {
            throw new IllegalStateException("bad");
        };
        for (int i = 0; i < 3; i++) {
            assertEquals(PluginFailure.Kind.THREW, failureOf(point.call(bad)).kind());
        }
        CountDownLatch called = new CountDownLatch(1);
        assertEquals(
                PluginFailure.Kind.FENCED_OFF,
                failureOf(point.call(() -> {
                    called.countDown();
                    return 1;
                })).kind());
        assertEquals(1, called.getCount(), "it is not even called");
        assertTrue(metrics.text()
                .contains("drawbore_plugin_fenced_off{plugin=\"acme\",point=\"admission/quota\"} 1\n"));

        workers.pass(Breaker.FIRST_PAUSE);
        assertEquals(PluginFailure.Kind.THREW, failureOf(point.call(bad)).kind(), "the probe");
        workers.pass(Breaker.FIRST_PAUSE);
        assertEquals(PluginFailure.Kind.FENCED_OFF, failureOf(point.call(() -> 1)).kind(), "twice as long now");
        workers.pass(Breaker.FIRST_PAUSE);
        assertEquals(1, point.call(() -> 1).join());
        assertEquals(2, point.call(() -> 2).join());
        assertTrue(metrics.text()
                .contains("drawbore_plugin_fenced_off{plugin=\"acme\",point=\"admission/quota\"} 0\n"));
    }

    @Test
    void oneProbeAtATime() {
        for (int i = 0; i < 3; i++) {
            failureOf(point.call(() -> {
                throw new IllegalStateException("bad");
            }));
        }
        workers.pass(Breaker.FIRST_PAUSE);
        CompletableFuture<Integer> probe = holding();
        assertEquals(PluginFailure.Kind.FENCED_OFF, failureOf(point.call(() -> 1)).kind());
        probe.cancel(false);
        assertEquals(1, point.call(() -> 1).join(), "a probe that was taken back leaves its place to another");
    }

    @Test
    void whoeverGivesUpACallInterruptsItAndNothingIsCounted() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Integer> call = point.call(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return 1;
        });
        await(begun);
        call.cancel(false);
        assertTrue(interrupted.join());
        assertEquals(0, failures());
        assertEquals(0, workers.waiting());
        assertFalse(point.call(() -> Thread.currentThread().isInterrupted()).join(), "not the next call's");
    }

    @Test
    void whatItsThreadsStartIsItsOwnAndMayThrow() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        held.add(end);
        Thread leaked = point.call(() -> {
            Thread started = new Thread(() -> {
                await(end);
                throw new AssertionError("nobody catches this");
            }, "leaked");
            started.start();
            return started;
        }).join();
        assertTrue(fence.threads().contains(leaked));
        end.countDown();
        leaked.join();
        assertTrue(metrics.text().contains("drawbore_plugin_failures_total{plugin=\"acme\",point=\"thread\"} 1\n"));
    }

    @Test
    void nothingIsCalledAfterTheEnd() {
        fence.close();
        EtcdException stopped = assertInstanceOf(EtcdException.class, thrownBy(point.call(() -> 1)));
        assertEquals(EtcdError.STOPPED.text(), stopped.text());
    }

    /** A call that ignores interrupts until the test ends. */
    private CompletableFuture<Integer> holding() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        held.add(end);
        CompletableFuture<Integer> call = point.call(() -> {
            begun.countDown();
            boolean waits = true;
            while (waits) {
                try {
                    end.await();
                    waits = false;
                } catch (InterruptedException e) {
                    // goes on
                }
            }
            return 0;
        });
        await(begun);
        return call;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Throwable thrownBy(CompletableFuture<?> call) {
        return assertThrows(CompletionException.class, call::join).getCause();
    }

    private static PluginFailure failureOf(CompletableFuture<?> call) {
        return assertInstanceOf(PluginFailure.class, thrownBy(call));
    }

    private long failures() {
        return Fence.failures(metrics).with("acme", "admission/quota").value();
    }
}
