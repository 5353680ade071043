package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http2.api.Session;

/** The calls under way on one client port, so that it can stop without cutting one short. Any thread. */
final class LiveCalls {
    /** How long the last answers may take to be read. */
    private static final Duration LINGER = Duration.ofMillis(200);

    /** How long the answers of calls that are told to wait no longer may take to be written. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Set<Object> calls = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /** A call that can be told to wait no longer for its answer. */
    interface Overdue {
        /** Ends the call, unless its answer is to come whatever happens: then false. */
        boolean stopWaiting();
    }

    /** A connection of HTTP/2 has come up. */
    void opened(Session session) {
        sessions.add(session);
    }

    /** It is gone. */
    void closed(Session session) {
        sessions.remove(session);
    }

    /** Counts a call in; false means that the port is stopping and the call must be refused. */
    boolean enter(Object call) {
        if (stopping) {
            return false;
        }
        calls.add(call);
        // Whoever sets the flag looks at the set afterwards; so one of the two notices the other.
        if (stopping) {
            leave(call);
            return false;
        }
        return true;
    }

    /** The call's last byte is written, or its client is gone. Safe to call twice. */
    void leave(Object call) {
        calls.remove(call);
        if (stopping && calls.isEmpty()) {
            idle.complete(null);
        }
    }

    /**
     * Refuses calls from now on, ends those that have no end of their own, and waits for the others. Then it lingers
     * for clients to go: a connection closed while a client still says something is reset, and takes the answers that
     * the client has not read yet with it.
     */
    void stop(Duration patience) throws InterruptedException {
        stopping = true;
        List<CompletableFuture<Void>> connections = new ArrayList<>();
        for (Session session : sessions) {
            // Says that no new call is welcome; calls under way go on.
            connections.add(session.shutdown());
        }
        for (Object call : calls) {
            if (call instanceof StreamHandler.Output<?> stream) {
                stream.end(RpcStatus.of(EtcdError.STOPPED.exception()));
            }
        }
        boolean done = calls.isEmpty() || await(idle, patience);
        if (!done) {
            boolean anyEnds = false;
            for (Object call : calls) {
                anyEnds |= call instanceof Overdue overdue && overdue.stopWaiting();
            }
            done = await(idle, anyEnds ? LAST_WORDS : LINGER);
        }
        if (done) {
            await(CompletableFuture.allOf(connections.toArray(CompletableFuture<?>[]::new)), LINGER);
        } else {
            // What takes longer is cut: its client sees the connection go.
            calls.clear();
        }
    }

    private static boolean await(CompletableFuture<Void> future, Duration patience) throws InterruptedException {
        try {
            future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // a client that has gone by itself need not be waited for
            return true;
        }
    }
}
