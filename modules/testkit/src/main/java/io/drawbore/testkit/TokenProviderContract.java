package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.TokenProvider;
import io.drawbore.api.TokenProvider.Holder;
import io.drawbore.api.TokenProvider.Tokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link TokenProvider} does. A subclass says which one, and with which options it can be opened. */
@Timeout(120)
public abstract class TokenProviderContract {
    private static final long REVISION = 5;

    private TokenProvider provider;
    private Tokens tokens;

    /** For subclasses, which a test engine makes. */
    protected TokenProviderContract() {}

    /** The provider under test. Called once for each test. */
    protected abstract TokenProvider provider();

    /** Options with which it makes and reads tokens. The same at every call. */
    protected abstract Map<String, String> options();

    @BeforeEach
    final void openTokens() {
        provider = provider();
        tokens = provider.open(options());
    }

    @AfterEach
    final void closeTokens() {
        tokens.close();
    }

    @Test
    void itHasANameOfItsOwn() {
        assertTrue(provider.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), provider.name());
        assertNotEquals("simple", provider.name());
        assertEquals(provider.name(), provider.name());
    }

    @Test
    void anUnknownOptionIsRefusedInOneLine() {
        Map<String, String> more = new HashMap<>(options());
        more.put("no-such-option", "1");
        String line = assertThrows(IllegalArgumentException.class, () -> provider.open(more)).getMessage();
        assertTrue(line != null && line.contains("no-such-option") && !line.contains("\n"), () -> "" + line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "a", "größe", "with.dot", "with/slash", "with space", "{\"json\":\"}", "'", "日本"})
    void aTokenSaysWhoseItIs(String user) {
        assertKnown(user, REVISION, tokens.issue(user, REVISION));
    }

    @Test
    void aLongNameHasATokenToo() {
        String user = "x".repeat(1_000);
        assertKnown(user, REVISION, tokens.issue(user, REVISION));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 1L << 31, 1L << 52})
    void aTokenSaysTheRevisionItWasIssuedAt(long revision) {
        assertKnown("alice", revision, tokens.issue("alice", revision));
    }

    private void assertKnown(String user, long revision, String token) {
        assertTrue(token.matches("[!-~]{1,4096}"), token);
        Holder holder = tokens.verify(token).orElseThrow();
        assertEquals(user, holder.user());
        assertTrue(holder.authRevision() == revision || holder.authRevision() == Holder.ANY, holder::toString);
    }

    @Test
    void whoWasGivenTheSameOptionsKnowsTheSameTokens() {
        try (Tokens other = provider().open(options())) {
            assertEquals("alice", other.verify(tokens.issue("alice", REVISION)).orElseThrow().user());
        }
    }

    /** The last letters of a code may hold bits that mean nothing; nobody becomes somebody else by them. */
    @Test
    void anAlteredTokenIsWorthNothing() {
        String token = tokens.issue("alice", REVISION);
        Optional<Holder> holder = tokens.verify(token);
        int taken = 0;
        for (int at = 0; at < token.length(); at++) {
            char other = token.charAt(at) == 'A' ? 'B' : 'A';
            String altered = token.substring(0, at) + other + token.substring(at + 1);
            Optional<Holder> known = tokens.verify(altered);
            if (known.isPresent()) {
                assertEquals(holder, known, altered);
                taken++;
            }
        }
        assertTrue(taken <= token.length() / 10, taken + " of " + token.length() + " alterations are taken");
        assertEquals(Optional.empty(), tokens.verify(token.substring(1)));
        assertEquals(Optional.empty(), tokens.verify(token + token));
    }

    @Test
    void whatIsNoTokenIsWorthNothing() {
        for (String text : List.of("", ".", "..", "...", "a.b.c", "abcdefghijklmnop.13", "Bearer x", "ä\u0000\n",
                "{}", "A".repeat(100_000), "e30.e30.e30", "eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6InJvb3QifQ.")) {
            assertEquals(Optional.empty(), tokens.verify(text), text);
        }
    }

    @Test
    void manyAskAtOnce() throws Exception {
        Crowd.ofThreads(16, () -> {
            for (int i = 0; i < 20; i++) {
                String user = Thread.currentThread().getName() + i;
                Optional<Holder> holder = tokens.verify(tokens.issue(user, i + 1));
                assertFalse(holder.isEmpty());
                assertEquals(user, holder.get().user());
            }
        });
    }
}
