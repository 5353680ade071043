package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.AdmissionControl;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link AdmissionControl} does. A subclass makes it and says of one request that it passes, of another that
 * it doesn't.
 */
public abstract class AdmissionControlContract {
    /** What the host gives a call. */
    private static final long SECONDS = 1;

    private static final int THREADS = 32;
    private static final int CALLS = 20;

    /** A machine may stand still in one of so many; an admission that takes longer does so in each. */
    private static final int ROUNDS = 5;

    /** For subclasses, which a test engine makes. */
    protected AdmissionControlContract() {}

    /** The admission, ready to be asked; always the same one within a test. */
    protected abstract AdmissionControl admission() throws Exception;

    /** A request that passes, however often it is asked about. */
    protected abstract ClientRequest passing();

    /** A request that is refused. */
    protected abstract ClientRequest refused();

    @Test
    final void whatIsConstantIsConstant() throws Exception {
        AdmissionControl admission = admission();
        ChangeFeedContract.assertName(admission.name(), admission.name());
        assertEquals(admission.failurePolicy(), admission.failurePolicy());
        for (ClientRequest request : GuardRequests.all()) {
            assertEquals(admission.concerns(request.method()), admission.concerns(request.method()));
        }
        assertTrue(admission.concerns(passing().method()) && admission.concerns(refused().method()));
    }

    @Test
    final void aRefusalIsAnAnswerForClients() throws Exception {
        AdmissionControl admission = admission();
        admission.admit(passing());
        EtcdException refusal = assertThrows(EtcdException.class, () -> admission.admit(refused()));
        assertNotEquals(StatusCode.OK, refusal.code());
        assertTrue(!refusal.text().isBlank(), "a refusal says why");
    }

    /** Whatever is asked about, it passes or is refused; anything else would count as a failure. */
    @Test
    final void oddRequestsAreJudgedToo() throws Exception {
        AdmissionControl admission = admission();
        for (ClientRequest request : GuardRequests.all()) {
            if (admission.concerns(request.method())) {
                try {
                    admission.admit(request);
                } catch (EtcdException refused) {
                    assertNotEquals(StatusCode.OK, refused.code());
                }
            }
        }
    }

    @Test
    final void manyThreadsAskAtATimeAndEachIsAnsweredWithinASecond() throws Exception {
        AdmissionControl admission = admission();
        long longest = longestOfMany(admission);
        for (int round = 1; round < ROUNDS && longest >= TimeUnit.SECONDS.toNanos(SECONDS); round++) {
            longest = Math.min(longest, longestOfMany(admission));
        }
        long nanos = longest;
        assertTrue(
                nanos < TimeUnit.SECONDS.toNanos(SECONDS),
                () -> "the host gives up after a second; it took " + nanos / 1_000_000 + " ms");
    }

    private long longestOfMany(AdmissionControl admission) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(() -> longestOf(admission)));
            }
            long longest = 0;
            for (Future<Long> one : all) {
                longest = Math.max(longest, one.get());
            }
            return longest;
        }
    }

    private long longestOf(AdmissionControl admission) throws Exception {
        long longest = 0;
        for (int i = 0; i < CALLS; i++) {
            long began = System.nanoTime();
            admission.admit(passing());
            assertThrows(EtcdException.class, () -> admission.admit(refused()));
            longest = Math.max(longest, (System.nanoTime() - began) / 2);
        }
        return longest;
    }
}
