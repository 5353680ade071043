package io.drawbore.auth;

/** What an applied entry does to the tokens that members keep. */
public sealed interface TokenChange {
    /** A user has a token more. */
    record Given(String token, String user) implements TokenChange {}

    /** A user's tokens are worth nothing any more. */
    record UserGone(String user) implements TokenChange {}

    /** No token is worth anything any more. */
    record AllGone() implements TokenChange {}
}
