package io.drawbore.plugins.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Empty;
import io.drawbore.api.Auditor;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import io.drawbore.metrics.Metrics;
import io.drawbore.plugins.Fence;
import io.drawbore.plugins.HandWorkers;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One auditor that is slow, hangs or fails, by a clock that the test moves. */
@Timeout(120)
class AuditTrailTest {
    private static final String TOO_LONG = "took longer than 5s";
    private static final Auditor.Outcome OK = new Auditor.Outcome(StatusCode.OK, null, 1, Duration.ZERO);

    private final HandWorkers workers = new HandWorkers();
    private final Metrics metrics = new Metrics();
    private final Recorder recorder = new Recorder();
    private AuditTrail trail = trail(FailurePolicy.CLOSED, Runnable::run);

    private AuditTrail trail(FailurePolicy policy, Executor replies) {
        Fence fence = new Fence("acme", null, new Fence.Surroundings(workers, replies, metrics));
        return new AuditTrail(
                recorder,
                new AuditTrail.Terms("recorder", policy, EnumSet.allOf(DoorMethod.class)),
                fence,
                new Fence.Surroundings(workers, replies, metrics));
    }

    @AfterEach
    void letGo() {
        recorder.mayReturn.release(Integer.MAX_VALUE / 2);
        trail.stop();
    }

    private AuditTrail.Entry begin(long number) {
        return trail.begin(new Auditor.Attempt(
                number,
                new ClientRequest("etcdserverpb.KV/Put", Empty.getDefaultInstance(), "", "10.0.0.7:1"),
                Instant.EPOCH));
    }

    @Test
    void callsThatTakeTooLongFenceAClosedAuditorOff() throws InterruptedException {
        trail.start();
        for (int i = 1; i <= 5; i++) {
            AuditTrail.Entry entry = begin(i);
            recorder.awaits("begin " + i);
            workers.pass(AuditTrail.PATIENCE);
            assertRefused(TOO_LONG, entry.begun());
            assertTrue(entry.end(OK).isDone(), "the refusal waits for no second record");
            recorder.mayReturn.release(2);
            if (i < 5) {
                recorder.awaits("end " + i);
            }
        }
        awaitFailures(6);
        assertTrue(metrics.text()
                .contains("drawbore_plugin_fenced_off{plugin=\"acme\",point=\"auditor/recorder\"} 1\n"));
        assertRefused("fenced off after failures", begin(6).begun());
        assertEquals(0, recorder.calls.size());
    }

    @Test
    void callsThatTakeTooLongFenceAnOpenAuditorOff() throws InterruptedException {
        trail = trail(FailurePolicy.OPEN, Runnable::run);
        trail.start();
        for (int i = 1; i <= 5; i++) {
            assertTrue(begin(i).begun().isDone());
            recorder.awaits("begin " + i);
            workers.pass(AuditTrail.PATIENCE);
            recorder.mayReturn.release();
        }
        begin(6);
        trail.stop();
        trail.awaitEnd();
        assertEquals(0, recorder.calls.size());
        awaitFailures(6);
    }

    @Test
    void endsThatFailFenceItOffAlthoughBeginsAreRecorded() throws InterruptedException {
        recorder.mayReturn.release(100);
        recorder.endsFail = true;
        trail.start();
        for (int i = 1; i <= 5; i++) {
            AuditTrail.Entry entry = begin(i);
            entry.begun().join();
            assertRefused("threw java.lang.IllegalStateException: disk full", entry.end(OK));
        }
        assertRefused("fenced off after failures", begin(6).begun());
    }

    @Test
    void whileACallTakesTooLongNobodyElseWaitsForIt() throws InterruptedException {
        trail.start();
        AuditTrail.Entry stuck = begin(1);
        recorder.awaits("begin 1");
        AuditTrail.Entry second = begin(2);
        workers.pass(AuditTrail.PATIENCE);
        assertRefused(TOO_LONG, stuck.begun());
        assertRefused(TOO_LONG, second.begun());
        assertTrue(second.end(OK).isDone());
        AuditTrail.Entry third = begin(3);
        assertTrue(third.begun().isDone());
        assertRefused(TOO_LONG, third.begun());
        assertTrue(third.end(OK).isDone());
    }

    @Test
    void whoseRequestWasRefusedMeanwhileIsNotHandedOver() throws InterruptedException {
        trail.start();
        AuditTrail.Entry stuck = begin(1);
        recorder.awaits("begin 1");
        AuditTrail.Entry second = begin(2);
        workers.pass(AuditTrail.PATIENCE);
        assertRefused(TOO_LONG, second.begun());
        second.end(OK);
        stuck.end(OK);
        recorder.mayReturn.release(100);
        recorder.awaits("end 1");
        AuditTrail.Entry third = begin(3);
        third.begun().join();
        recorder.awaits("begin 3");
    }

    /** So that an auditor that is too slow for all does well for some. */
    @Test
    void whatWasCarriedOutIsRecordedBeforeAnythingNewIsLetIn() throws InterruptedException {
        trail.start();
        AuditTrail.Entry first = begin(1);
        CompletableFuture<Void> ended = first.begun().thenCompose(_ -> first.end(OK));
        recorder.awaits("begin 1");
        CompletableFuture<Void> second = begin(2).begun();
        recorder.mayReturn.release();
        recorder.awaits("end 1");
        assertFalse(second.isDone());
        recorder.mayReturn.release(2);
        ended.join();
        second.join();
    }

    /** Answers may be late: how the auditor does is known before them. */
    @Test
    void whatIsQueuedBehindAGoodProbeIsRecorded() throws InterruptedException {
        Queue<Runnable> replies = new ConcurrentLinkedQueue<>();
        trail = trail(FailurePolicy.OPEN, replies::add);
        recorder.mayReturn.release(100);
        recorder.beginsFail = true;
        for (int i = 1; i <= 6; i++) {
            begin(i);
        }
        trail.start();
        for (int i = 1; i <= 5; i++) {
            recorder.awaits("begin " + i);
        }
        while (replies.size() < 6) {
            Thread.onSpinWait();
        }
        assertEquals(0, recorder.calls.size(), "the sixth finds it fenced off");

        recorder.beginsFail = false;
        workers.pass(Breaker.FIRST_PAUSE);
        List.of(7, 8, 9).forEach(this::begin);
        for (int i = 7; i <= 9; i++) {
            recorder.awaits("begin " + i);
        }
    }

    private void awaitFailures(int count) {
        String line = "drawbore_plugin_failures_total{plugin=\"acme\",point=\"auditor/recorder\"} " + count + "\n";
        while (!metrics.text().contains(line)) {
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(String why, CompletableFuture<Void> answer) {
        try {
            answer.join();
        } catch (CompletionException failed) {
            EtcdException refused = (EtcdException) Messages.cause(failed);
            assertEquals(StatusCode.UNAVAILABLE, refused.code());
            assertEquals(
                    "drawbore: auditor \"recorder\" of plug-in \"acme\" is not available: " + why, refused.text());
            return;
        }
        throw new AssertionError("it was let through");
    }

    /** One that returns when the test says so. */
    private static final class Recorder implements Auditor {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        final Semaphore mayReturn = new Semaphore(0);
        volatile boolean beginsFail;
        volatile boolean endsFail;

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public FailurePolicy failurePolicy() {
            throw new AssertionError("it was asked before");
        }

        @Override
        public void begin(Attempt attempt) {
            called("begin " + attempt.number(), beginsFail);
        }

        @Override
        public void end(Attempt attempt, Outcome outcome) {
            called("end " + attempt.number(), endsFail);
        }

        private void called(String call, boolean fails) {
            calls.add(call);
            mayReturn.acquireUninterruptibly();
            if (fails) {
                throw new IllegalStateException("disk full");
            }
        }

        void awaits(String call) throws InterruptedException {
            assertEquals(call, calls.poll(60, TimeUnit.SECONDS));
        }
    }
}
