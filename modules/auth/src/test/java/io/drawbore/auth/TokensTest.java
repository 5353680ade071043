package io.drawbore.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class TokensTest {
    private static final long LIFE = 300;

    private final Tokens tokens = new Tokens(LIFE);

    @Test
    void aTokenLivesAsLongAsItIsShown() {
        tokens.apply(new TokenChange.Given("a.1", "alice"), 0);
        assertEquals("alice", tokens.user("a.1", LIFE));
        assertEquals("alice", tokens.user("a.1", 2 * LIFE));
        assertNull(tokens.user("a.1", 3 * LIFE + 1));
        assertNull(tokens.user("a.1", 3 * LIFE + 1));
    }

    @Test
    void tokensGoWithTheirUser() {
        tokens.apply(new TokenChange.Given("a.1", "alice"), 0);
        tokens.apply(new TokenChange.Given("b.2", "bob"), 0);
        tokens.apply(new TokenChange.UserGone("alice"), 0);
        assertNull(tokens.user("a.1", 0));
        assertEquals("bob", tokens.user("b.2", 0));
        tokens.apply(new TokenChange.AllGone(), 0);
        assertNull(tokens.user("b.2", 0));
    }

    @Test
    void aTokenTellsItsEntry() {
        assertEquals(17L, Tokens.index("abc.17"));
        assertNull(Tokens.index("abc"));
        assertNull(Tokens.index("a.b.1"));
        assertNull(Tokens.index("abc.x"));
        assertNull(Tokens.index("abc."));
    }
}
