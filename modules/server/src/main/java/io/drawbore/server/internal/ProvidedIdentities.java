package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import io.drawbore.api.TokenProvider;
import io.drawbore.api.TokenProvider.Holder;
import io.drawbore.apply.Applier;
import io.drawbore.auth.Requester;
import io.drawbore.auth.TokenChange;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of a provider. Those that entries of the log give are nothing here; users are known by what the provider makes
 * and reads. What it throws refuses the request, is counted, and is logged: once a second at most, without the token.
 */
public final class ProvidedIdentities implements Identities {
    private static final Logger LOG = LoggerFactory.getLogger(ProvidedIdentities.class);
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,4096}");
    private static final long LOG_NANOS = 1_000_000_000;

    /** Parts of a token that are shorter say little, and may be any word of a message. */
    private static final int LEAST_SECRET = 6;

    private final TokenProvider.Tokens tokens;
    private final Applier applier;
    private final Executor signing;
    private final Counter failures;
    private final LongSupplier nanos;
    private final AtomicLong nextLine;

    /**
     * Those of a provider that is open.
     *
     * @param signing makes tokens, which may take a while
     */
    public ProvidedIdentities(
            TokenProvider.Tokens tokens, Applier applier, Executor signing, Metrics metrics, LongSupplier nanos) {
        this.tokens = tokens;
        this.applier = applier;
        this.signing = signing;
        this.failures = metrics.counter(
                "drawbore_token_provider_failures_total",
                "How often the provider of auth tokens threw, or gave what is no token.");
        this.nanos = nanos;
        this.nextLine = new AtomicLong(nanos.getAsLong());
    }

    @Override
    public void apply(TokenChange change) {}

    @Override
    public CompletableFuture<Requester> requester(String token) {
        try {
            Optional<Holder> holder = asked(token, () -> verified(token));
            return holder.isPresent()
                    ? CompletableFuture.completedFuture(requester(holder.get()))
                    : CompletableFuture.failedFuture(EtcdError.INVALID_AUTH_TOKEN.exception());
        } catch (EtcdException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    /** Nobody has no token, and nobody knows a user at a revision below none. */
    private Optional<Holder> verified(String token) {
        Optional<Holder> holder = tokens.verify(token);
        if (holder.isPresent()) {
            Holder known = holder.get();
            if (known.user().isEmpty() || known.authRevision() < Holder.ANY) {
                throw new IllegalArgumentException("a token of \"" + known.user() + "\" at revision "
                        + known.authRevision());
            }
        }
        return holder;
    }

    private Requester requester(Holder holder) {
        return holder.authRevision() == Holder.ANY
                ? new Requester(holder.user(), applier.auth().revision())
                : new Requester(holder.user(), holder.authRevision(), true);
    }

    @Override
    public CompletableFuture<AuthenticateResponse> answer(
            AuthenticateResponse applied, String user, long authRevision) {
        return CompletableFuture.supplyAsync(() -> asked("", () -> issued(user, authRevision)), signing)
                .thenApply(token -> applied.toBuilder().setToken(token).build());
    }

    private String issued(String user, long authRevision) {
        String token = Objects.requireNonNull(tokens.issue(user, authRevision), "no token");
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException("a token of " + token.length()
                    + " characters: 1 to 4096 of printable ASCII are wanted");
        }
        return token;
    }

    private <T> T asked(String token, Supplier<T> question) {
        try {
            return question.get();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError thrown) {
            failures.increment();
            report(token, thrown);
            throw new EtcdException(StatusCode.INTERNAL, "drawbore: the token provider failed");
        }
    }

    private void report(String token, Throwable thrown) {
        long now = nanos.getAsLong();
        long next = nextLine.get();
        if (now - next >= 0 && nextLine.compareAndSet(next, now + LOG_NANOS)) {
            LOG.atError().setCause(withoutToken(token, thrown)).log("the token provider failed");
        }
    }

    /** The same without its message's secrets, and without its causes, which may have the same. */
    private static Throwable withoutToken(String token, Throwable thrown) {
        String text = thrown.getClass().getName() + ": " + thrown.getMessage();
        for (String part : token.split("\\.", -1)) {
            if (part.length() >= LEAST_SECRET) {
                text = text.replace(part, "…");
            }
        }
        IllegalStateException said = new IllegalStateException(text);
        said.setStackTrace(thrown.getStackTrace());
        return said;
    }
}
