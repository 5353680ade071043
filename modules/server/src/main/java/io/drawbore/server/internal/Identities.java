package io.drawbore.server.internal;

import io.drawbore.auth.Requester;
import io.drawbore.auth.TokenChange;
import io.drawbore.proto.etcdserverpb.AuthenticateResponse;
import java.util.concurrent.CompletableFuture;

/** How users are known by tokens. Any thread; nothing waits. */
public sealed interface Identities permits SimpleIdentities, ProvidedIdentities {
    /** Takes note of what an applied entry did to tokens. Apply thread only. */
    void apply(TokenChange change);

    /** Who shows a token; fails with etcd's error where it is worth nothing. */
    CompletableFuture<Requester> requester(String token);

    /**
     * What a client is told that has authenticated.
     *
     * @param applied what the entry answers, whose token is a simple one
     * @param user who has authenticated
     * @param authRevision of users and roles when the password was checked
     */
    CompletableFuture<AuthenticateResponse> answer(AuthenticateResponse applied, String user, long authRevision);
}
