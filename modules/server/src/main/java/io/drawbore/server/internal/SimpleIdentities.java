package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.apply.Applier;
import io.drawbore.auth.Requester;
import io.drawbore.auth.TokenChange;
import io.drawbore.auth.Tokens;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * etcd's simple tokens, which entries of the log give. One that was given by an entry which is not applied here yet is
 * judged once all is that was committed.
 */
public final class SimpleIdentities implements Identities {
    private final Applier applier;
    private final AppliedWait applied;
    private final Supplier<CompletableFuture<Void>> proof;
    private final LongSupplier nanos;
    private final Tokens tokens;

    /**
     * None yet.
     *
     * @param proof completes once all is applied that was committed when it was asked for
     * @param life how long a token lives that is not shown
     */
    public SimpleIdentities(
            Applier applier,
            AppliedWait applied,
            Supplier<CompletableFuture<Void>> proof,
            LongSupplier nanos,
            Duration life) {
        this.applier = applier;
        this.applied = applied;
        this.proof = proof;
        this.nanos = nanos;
        this.tokens = new Tokens(life.toNanos());
    }

    @Override
    public void apply(TokenChange change) {
        tokens.apply(change, nanos.getAsLong());
    }

    @Override
    public CompletableFuture<Requester> requester(String token) {
        Long index = Tokens.index(token);
        if (index == null) {
            return CompletableFuture.failedFuture(EtcdError.INVALID_AUTH_TOKEN.exception());
        }
        return Long.compareUnsigned(index, applied.applied()) < 0
                ? holder(token)
                : proof.get().thenCompose(_ -> holder(token));
    }

    private CompletableFuture<Requester> holder(String token) {
        long revision = applier.auth().revision();
        String user = tokens.user(token, nanos.getAsLong());
        return user == null
                ? CompletableFuture.failedFuture(EtcdError.INVALID_AUTH_TOKEN.exception())
                : CompletableFuture.completedFuture(new Requester(user, revision));
    }

    @Override
    public CompletableFuture<AuthenticateResponse> answer(
            AuthenticateResponse applied, String user, long authRevision) {
        return CompletableFuture.completedFuture(applied);
    }
}
