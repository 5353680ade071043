package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Auditor;
import io.drawbore.api.ClientRequest;
import io.drawbore.api.FailurePolicy;
import io.drawbore.api.StatusCode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Auditor} does. A subclass makes it and reads what it has recorded. One that is left behind stands
 * for a process that was killed.
 */
public abstract class AuditorContract {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");

    @TempDir
    Path folder;

    /** For subclasses, which a test engine makes. */
    protected AuditorContract() {}

    /** An auditor as it is after a start of the process, that records to the place that belongs to the folder. */
    protected abstract Auditor auditor(Path folder) throws Exception;

    /** Waits until all is recorded that an auditor was told, where it may be behind: with {@code OPEN} it may. */
    protected void settle(Auditor auditor) throws Exception {}

    /** The numbers of the attempts whose begin is recorded there, in the order of the records. */
    protected abstract List<Long> begun(Path folder) throws Exception;

    /** The numbers of the attempts whose end is. */
    protected abstract List<Long> ended(Path folder) throws Exception;

    @Test
    final void whatIsConstantIsConstant() throws Exception {
        Auditor auditor = auditor(folder);
        ChangeFeedContract.assertName(auditor.name(), auditor.name());
        assertEquals(auditor.failurePolicy(), auditor.failurePolicy());
        for (ClientRequest request : GuardRequests.recorded()) {
            assertEquals(auditor.concerns(request.method()), auditor.concerns(request.method()));
        }
    }

    @Test
    final void allRequestsAreRecordedInOrder() throws Exception {
        Auditor auditor = auditor(folder);
        List<Auditor.Attempt> attempts = attempts(auditor, 1);
        for (Auditor.Attempt attempt : attempts) {
            auditor.begin(attempt);
        }
        for (Auditor.Attempt attempt : attempts) {
            auditor.end(attempt, outcome(attempt.number()));
        }
        settle(auditor);
        List<Long> numbers = attempts.stream().map(Auditor.Attempt::number).toList();
        assertEquals(numbers, begun(folder));
        assertEquals(numbers, ended(folder));
    }

    /** An attempt without an end stays one: the member was killed in between. Numbers begin anew with each start. */
    @Test
    final void whatWasRecordedIsThereAfterAKill() throws Exception {
        Auditor killed = auditor(folder);
        Auditor.Attempt first = attempts(killed, 1).getFirst();
        killed.begin(first);
        if (killed.failurePolicy() == FailurePolicy.OPEN) {
            settle(killed);
        }

        Auditor auditor = auditor(folder);
        auditor.begin(first);
        auditor.end(first, outcome(1));
        settle(auditor);
        assertEquals(List.of(1L, 1L), begun(folder));
        assertEquals(List.of(1L), ended(folder));
    }

    private static List<Auditor.Attempt> attempts(Auditor auditor, long first) {
        List<Auditor.Attempt> attempts = new ArrayList<>();
        for (ClientRequest request : GuardRequests.recorded()) {
            if (auditor.concerns(request.method())) {
                attempts.add(new Auditor.Attempt(first + attempts.size(), request, AT));
            }
        }
        return attempts;
    }

    private static Auditor.Outcome outcome(long number) {
        return number % 2 == 0
                ? new Auditor.Outcome(StatusCode.OK, null, 40 + number, Duration.ofMillis(3))
                : new Auditor.Outcome(StatusCode.PERMISSION_DENIED, "etcdserver: \"no\"\n", 0, Duration.ofNanos(1));
    }
}
