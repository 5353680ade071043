package io.drawbore.server.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchStream;
import io.drawbore.auth.Requester;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.watch.WatchAdmission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A watch stream whose watchers see only what their client may read. Each is judged when it is created and not again,
 * as in etcd. Requests keep their order, also where it takes a while to know who asks. Calls from one thread at a time.
 */
public final class GuardedWatch implements WatchStream {
    private final Guard guard;
    private final Caller caller;
    private final WatchStream stream;

    /** Completes, and never fails, once all that came before is with the stream. */
    private CompletableFuture<?> before = CompletableFuture.completedFuture(null);

    /** Who creates the watcher that is with the stream now, or why that is not known. */
    private volatile Requester requester = Requester.NOBODY;

    private volatile @Nullable EtcdException unknown;

    /**
     * Opens a stream.
     *
     * @param open opens the stream behind, which asks who may create what
     */
    public GuardedWatch(Guard guard, Caller caller, Function<WatchAdmission, WatchStream> open) {
        this.guard = guard;
        this.caller = caller;
        this.stream = open.apply((key, end) -> {
            EtcdException refusal = unknown;
            if (refusal != null) {
                return reason(refusal);
            }
            try {
                guard.access(requester).read(key, end);
                return null;
            } catch (EtcdException refused) {
                return reason(refused);
            }
        });
    }

    @Override
    public void accept(WatchRequest request) {
        before = request.hasCreateRequest()
                ? before.thenCompose(_ -> guard.requester(caller).handle((known, failure) -> {
                    requester = known == null ? Requester.NOBODY : known;
                    unknown = failure == null ? null : refusal(failure);
                    stream.accept(request);
                    return null;
                }))
                : before.thenRun(() -> stream.accept(request));
    }

    private static EtcdException refusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof EtcdException refused ? refused : EtcdError.INVALID_AUTH_TOKEN.exception();
    }

    /** In the words that Go's gRPC has for a status. */
    private static String reason(EtcdException refusal) {
        String code =
                switch (refusal.code()) {
                    case UNAUTHENTICATED -> "Unauthenticated";
                    case INVALID_ARGUMENT -> "InvalidArgument";
                    case UNAVAILABLE -> "Unavailable";
                    default -> "PermissionDenied";
                };
        return "rpc error: code = " + code + " desc = " + refusal.text();
    }

    @Override
    public void close() {
        stream.close();
    }
}
