package io.drawbore.server.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.apply.Outcome;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who waits for the outcome of which request. Any thread. */
public final class PendingRequests {
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();

    private record Pending(CompletableFuture<Outcome> future, long deadlineNanos) {}

    /** Registers a request. */
    public CompletableFuture<Outcome> register(long id, long deadlineNanos) {
        CompletableFuture<Outcome> future = new CompletableFuture<>();
        pending.put(id, new Pending(future, deadlineNanos));
        return future;
    }

    /** Whether anyone waits for a request. */
    public boolean awaits(long id) {
        return id != 0 && pending.containsKey(id);
    }

    /** Takes out who waits, or null. */
    public @Nullable CompletableFuture<Outcome> take(long id) {
        Pending found = id == 0 ? null : pending.remove(id);
        return found == null ? null : found.future;
    }

    /** Requests waited for. */
    public int size() {
        return pending.size();
    }

    /**
     * Gives up on requests whose time is over.
     *
     * @return how many
     */
    public int expire(long nowNanos) {
        int expired = 0;
        for (Iterator<Pending> all = pending.values().iterator(); all.hasNext(); ) {
            Pending one = all.next();
            if (one.deadlineNanos - nowNanos < 0) {
                all.remove();
                one.future.completeExceptionally(EtcdError.TIMEOUT.exception());
                expired++;
            }
        }
        return expired;
    }

    /** Ends all with an error. */
    public void failAll(EtcdException error) {
        for (Iterator<Pending> all = pending.values().iterator(); all.hasNext(); ) {
            Pending one = all.next();
            all.remove();
            one.future.completeExceptionally(error);
        }
    }
}
