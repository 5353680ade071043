package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private final List<Runnable> handedOver = new ArrayList<>();
    private final Passwords passwords = new Passwords(Runnable::run, new SplittableRandom(1), 10);

    private static String refusal(CompletableFuture<?> answer) {
        return ((EtcdException) assertThrows(CompletionException.class, answer::join).getCause()).text();
    }

    private static ByteString stored(String hashed) {
        return ByteString.copyFrom(Base64.getDecoder().decode(hashed));
    }

    @Test
    void aPasswordIsKnownByItsHashAndHasSaltOfItsOwn() {
        String hash = passwords.hash("secret").join();
        assertTrue(stored(hash).toStringUtf8().startsWith("$2a$10$"), hash);
        assertNotEquals(hash, passwords.hash("secret").join());
        assertNull(passwords.check("secret", stored(hash)).join());
        assertEquals(EtcdError.AUTH_FAILED.text(), refusal(passwords.check("Secret", stored(hash))));
        assertEquals(EtcdError.AUTH_FAILED.text(), refusal(passwords.check("", stored(hash))));
    }

    @Test
    void whatItCostsIsChosenForNewOnesOnly() {
        Passwords cheap = new Passwords(Runnable::run, new SplittableRandom(1), 4);
        String hash = cheap.hash("secret").join();
        assertTrue(stored(hash).toStringUtf8().startsWith("$2a$04$"), hash);
        assertNull(passwords.check("secret", stored(hash)).join());
    }

    @Test
    void whatIsNoHashMatchesNothing() {
        assertEquals(EtcdError.AUTH_FAILED.text(), refusal(passwords.check("", ByteString.EMPTY)));
        assertEquals(EtcdError.AUTH_FAILED.text(), refusal(passwords.check("a", ByteString.copyFromUtf8("$2a$10$x"))));
    }

    @Test
    void longOnesAreRefusedAsInGo() {
        assertEquals("bcrypt: password length exceeds 72 bytes", refusal(passwords.hash("x".repeat(73))));
    }

    @Test
    void onlySoManyWait() {
        Passwords slow = new Passwords(handedOver::add, new SplittableRandom(1), 10);
        for (int i = 0; i < Passwords.MOST_WAITING; i++) {
            CompletableFuture<String> _ = slow.hash("secret");
        }
        assertEquals(EtcdError.REQUEST_TOO_MANY_REQUESTS.text(), refusal(slow.hash("secret")));
        handedOver.getFirst().run();
        CompletableFuture<String> _ = slow.hash("secret");
        assertEquals(Passwords.MOST_WAITING + 1, handedOver.size());
    }
}
