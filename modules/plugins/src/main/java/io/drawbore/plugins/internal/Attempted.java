package io.drawbore.plugins.internal;

import io.drawbore.api.Auditor;
import io.drawbore.api.EtcdException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An attempt, and what its auditors have made of it. */
record Attempted(Auditor.Attempt attempt, List<AuditTrail.Entry> entries) {
    /** Completes when it may go on; fails with what the client is told where an auditor could not record it. */
    CompletableFuture<Void> begun() {
        return CompletableFuture.allOf(
                entries.stream().map(AuditTrail.Entry::begun).toArray(CompletableFuture[]::new));
    }

    /** The answer, once its outcome is recorded as far as that is promised. */
    <R> CompletableFuture<R> ended(CompletableFuture<R> answer, Function<@Nullable R, Told> told) {
        return Steps.after(answer, (value, failure) -> failure == null
                        ? end(told.apply(value))
                        : end(EtcdException.of(failure)))
                .thenCompose(_ -> answer);
    }

    CompletableFuture<Void> end(EtcdException error) {
        return end(new Told(error.code(), error.text(), 0));
    }

    /** Tells the outcome. Completes when the client may be told; fails with what it is told instead. */
    CompletableFuture<Void> end(Told told) {
        Auditor.Outcome outcome = new Auditor.Outcome(
                told.code(), told.error(), told.revision(), Duration.between(attempt.at(), Instant.now()));
        CompletableFuture<Void> all = CompletableFuture.allOf(
                entries.stream().map(entry -> entry.end(outcome)).toArray(CompletableFuture[]::new));
        return Steps.after(all, (_, failure) -> failure == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(unrecorded(failure)));
    }

    private static EtcdException unrecorded(Throwable failure) {
        EtcdException told = EtcdException.of(failure);
        return new EtcdException(
                told.code(), told.text() + "; the request may have been carried out, which could not be recorded");
    }
}
