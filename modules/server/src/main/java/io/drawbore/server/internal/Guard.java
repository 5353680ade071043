package io.drawbore.server.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.apply.Applier;
import io.drawbore.apply.Outcome;
import io.drawbore.auth.Access;
import io.drawbore.auth.AuthState;
import io.drawbore.auth.Requester;
import io.drawbore.auth.TokenChange;
import io.drawbore.lease.Leases;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows who asks and lets nobody do what is not allowed. What changes keys is judged where it is applied, by who it
 * says has asked; what is only read, and what changes no keys, is judged here. While authentication is off it lets all
 * through. Any thread; nothing blocks.
 */
public final class Guard {
    private final Applier applier;
    private final Leases leases;
    private final Identities identities;

    /** A guard by what one member's applier says. */
    public Guard(Applier applier, Leases leases, Identities identities) {
        this.applier = applier;
        this.leases = leases;
        this.identities = identities;
    }

    /** Takes note of what entries did to tokens; before it is said that they are applied. Apply thread only. */
    public void publish(List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            TokenChange change = outcome.token();
            if (change != null) {
                identities.apply(change);
            }
        }
    }

    /** What the cluster itself asks for is asked for by root. */
    public Requester self() {
        AuthState auth = applier.auth();
        return auth.enabled() ? Requester.root(auth) : Requester.NOBODY;
    }

    /** Who asks; fails where the token is worth nothing. */
    CompletableFuture<Requester> requester(Caller caller) {
        String token = caller.token();
        if (!applier.auth().enabled()) {
            return CompletableFuture.completedFuture(Requester.NOBODY);
        }
        if (caller.equals(Caller.SELF)) {
            return CompletableFuture.completedFuture(self());
        }
        return token == null ? CompletableFuture.completedFuture(Requester.NOBODY) : identities.requester(token);
    }

    /** What somebody may do now. */
    Access access(Requester requester) {
        return new Access(
                applier.auth(), requester, id -> leases.exists(id) ? leases.keys(id) : List.of());
    }

    /**
     * Reads something that the requester may read.
     *
     * @param check refuses what is not allowed
     * @throws EtcdException where it is not, or where what is allowed changed meanwhile
     */
    <T extends @Nullable Object> T reading(Requester requester, Consumer<Access> check, Supplier<T> read) {
        AuthState before = applier.auth();
        if (!before.enabled()) {
            return read.get();
        }
        check.accept(access(requester.at(before.revision())));
        T answer = read.get();
        long expected = requester.pinned() ? requester.authRevision() : before.revision();
        if (applier.auth().revision() != expected) {
            throw EtcdError.AUTH_OLD_REVISION.exception();
        }
        return answer;
    }

    /** Does something for whoever asks, once it is known who that is and that it is allowed. */
    public <T> CompletableFuture<T> admit(
            Caller caller, Consumer<Access> check, Function<Requester, CompletableFuture<T>> work) {
        return requester(caller).thenCompose(requester -> {
            try {
                check.accept(access(requester));
            } catch (EtcdException refused) {
                return CompletableFuture.failedFuture(refused);
            }
            return work.apply(requester);
        });
    }

    /** The same for whoever it is, where that is judged later. */
    public <T> CompletableFuture<T> admit(Caller caller, Function<Requester, CompletableFuture<T>> work) {
        return requester(caller).thenCompose(work);
    }
}
