package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Hashes passwords as etcd does, with bcrypt. One takes tens of milliseconds of a processor, by design; so they have a
 * thread of their own, and only so many may wait for it. Any thread.
 */
public final class Passwords {
    /** Passwords that may wait: about as many as are done before a client gives up. */
    static final int MOST_WAITING = 100;

    /** bcrypt looks at no more. */
    private static final int MOST_BYTES = 72;

    private static final int SALT_BYTES = 16;

    /** Anything else is no hash, and so no password's. */
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    private final Executor thread;
    private final RandomGenerator random;
    private final int cost;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Passwords hashed on a thread.
     *
     * @param random draws salt
     * @param cost logarithm of the rounds of a new hash
     */
    public Passwords(Executor thread, RandomGenerator random, int cost) {
        this.thread = thread;
        this.random = random;
        this.cost = cost;
    }

    /** The hash of a new password, in Base64 as requests of the log have it. */
    CompletableFuture<String> hash(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_BYTES) {
            return CompletableFuture.failedFuture(
                    new EtcdException(StatusCode.UNKNOWN, "bcrypt: password length exceeds 72 bytes"));
        }
        return later(() -> {
            byte[] salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            String hash = OpenBSDBCrypt.generate("2a", bytes, salt, cost);
            return Base64.getEncoder().encodeToString(hash.getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** Completes where a password is the one that was hashed; fails otherwise. */
    CompletableFuture<Void> check(String password, ByteString hash) {
        return later(() -> {
            if (!matches(password, hash)) {
                throw EtcdError.AUTH_FAILED.exception();
            }
            return true;
        }).thenApply(_ -> null);
    }

    private static boolean matches(String password, ByteString hash) {
        String stored = hash.toString(StandardCharsets.US_ASCII);
        return HASH.matcher(stored).matches()
                && OpenBSDBCrypt.checkPassword(stored, password.getBytes(StandardCharsets.UTF_8));
    }

    private <T> CompletableFuture<T> later(Supplier<T> work) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
        return CompletableFuture.supplyAsync(work, thread).whenComplete((_, _) -> waiting.decrementAndGet());
    }
}
