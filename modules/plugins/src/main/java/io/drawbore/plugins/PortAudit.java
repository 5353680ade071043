package io.drawbore.plugins;

import com.google.protobuf.BytesValue;
import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.HttpPath;
import io.drawbore.api.ResponseSink;
import io.drawbore.plugins.internal.GuardedDoor;
import io.drawbore.plugins.internal.Sent;
import io.drawbore.plugins.internal.Told;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What auditors hear of the client port beside what comes to the front door: calls of what plug-ins have there, and
 * requests that the port itself refuses. Any thread; nothing waits. Whoever cancels the answer to a call ends the call.
 */
public final class PortAudit {
    private static final String HEALTH = "grpc.";

    /** Set before the port is open; null where nobody records. */
    private volatile @Nullable GuardedDoor door;

    PortAudit() {}

    void open(@Nullable GuardedDoor guarded) {
        door = guarded;
    }

    /**
     * A call of a method with one response.
     *
     * @param method its full name, {@code acme.v1.Quotas/Get}
     * @param call makes it
     */
    public <R extends Message> CompletableFuture<R> unary(
            String method, Message request, Caller caller, Supplier<CompletableFuture<R>> call) {
        GuardedDoor recorders = door;
        return recorders == null ? call.get() : recorders.recorded(method, request, caller, call, Told::ok);
    }

    /**
     * A call of a method with a stream of responses.
     *
     * @param call makes it, with the sink that it is given
     */
    public <R extends Message> CompletableFuture<Void> stream(
            String method,
            Message request,
            ResponseSink<R> responses,
            Caller caller,
            Function<ResponseSink<R>, CompletableFuture<Void>> call) {
        GuardedDoor recorders = door;
        if (recorders == null) {
            return call.apply(responses);
        }
        Sent<R> sent = new Sent<>(responses);
        return recorders.recorded(method, request, caller, () -> sent.ended(call.apply(sent)), _ -> sent.told());
    }

    /**
     * A request to a path of HTTP, which is shown as {@code HTTP GET /acme/status} with its body. 503 is answered where
     * it can't be recorded.
     */
    public CompletableFuture<HttpPath.Answer> path(
            HttpPath.Request request, Supplier<CompletableFuture<HttpPath.Answer>> call) {
        GuardedDoor recorders = door;
        if (recorders == null) {
            return call.get();
        }
        CompletableFuture<HttpPath.Answer> recorded = recorders.recorded(
                "HTTP " + request.method() + " " + request.path(),
                BytesValue.of(request.body()),
                request.caller(),
                call,
                answer -> answer == null ? Told.ok(null) : Told.of(answer));
        CompletableFuture<HttpPath.Answer> answer = recorded.exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof EtcdException refused) {
                return HttpPath.Answer.text(503, refused.text() + "\n");
            }
            throw new CompletionException(cause);
        });
        var _ = answer.whenComplete((_, _) -> recorded.cancel(false));
        return answer;
    }

    /** A request that the port refuses. Health checks aren't recorded. */
    public void refused(String method, Message request, Caller caller, EtcdException refusal) {
        GuardedDoor recorders = door;
        if (recorders != null && !method.startsWith(HEALTH)) {
            recorders.refused(method, request, caller, refusal);
        }
    }
}
