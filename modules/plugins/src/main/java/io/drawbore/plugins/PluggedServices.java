package io.drawbore.plugins;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdException;
import io.drawbore.api.GrpcService;
import io.drawbore.api.HttpPath;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.plugins.internal.ResponseThread;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Calls what one plug-in has on the client port: its methods of gRPC and its paths of HTTP, which may wait, are called
 * behind its fence, and answer whoever asks without making it wait. Any thread. Answers complete on the host's threads;
 * who cancels one ends the call, whose thread is then interrupted.
 */
public final class PluggedServices implements AutoCloseable {
    private final FencePoint grpc;
    private final FencePoint http;
    private final ResponseThread sent;
    private final String plugin;

    /** What a plug-in behind a fence has on the client port. Once for each fence. */
    public PluggedServices(Fence fence) {
        this.plugin = fence.plugin();
        this.grpc = fence.point("gRPC", "", Limits.GRPC);
        this.http = fence.point("HTTP", "", Limits.HTTP);
        this.sent = new ResponseThread(fence);
    }

    /**
     * Calls a method.
     *
     * @return its response; fails with the {@link EtcdException} that the client is to be told
     */
    public <Q extends Message, R extends Message> CompletableFuture<R> call(
            GrpcService.Unary<Q, R> method, Q request, Caller caller) {
        return grpc(() -> {
            R response = Objects.requireNonNull(method.call(request, caller), "no response");
            // Kept by the message; it is the plug-in's code that counts, and here that harms nobody else.
            var _ = response.getSerializedSize();
            return response;
        });
    }

    /**
     * Calls a method with a stream of responses.
     *
     * @return completes when the plug-in has sent all; fails with the {@link EtcdException} that the client is told
     */
    public <Q extends Message, R extends Message> CompletableFuture<Void> call(
            GrpcService.ServerStreaming<Q, R> method, Q request, ResponseSink<R> responses, Caller caller) {
        return grpc(() -> {
            method.call(request, response -> sent.after(responses.send(response)), caller);
            return null;
        });
    }

    /**
     * Asks a path.
     *
     * @return its answer, or what is answered in its place; fails with an {@link EtcdException} where the plug-in is
     *     being stopped
     */
    public CompletableFuture<HttpPath.Answer> answer(HttpPath path, HttpPath.Request request) {
        return ended(http.call(() -> answered(path, request)), failure -> switch (failure.kind()) {
            case THREW -> instead(500, "failed");
            case TOO_LONG -> instead(504, "gave no answer in time");
            case TOO_MANY -> instead(503, "has as many requests under way as it may");
            case FENCED_OFF -> instead(503, "is fenced off after failures");
        });
    }

    /** What is an answer in gRPC is none here. */
    private static HttpPath.Answer answered(HttpPath path, HttpPath.Request request) throws Exception {
        try {
            return Objects.requireNonNull(path.answer(request), "no answer");
        } catch (EtcdException unanswered) {
            throw new IllegalStateException(unanswered.text(), unanswered);
        }
    }

    private HttpPath.Answer instead(int status, String why) {
        return HttpPath.Answer.text(status, "plug-in " + plugin + " " + why + "\n");
    }

    private <T> CompletableFuture<T> grpc(Callable<T> work) {
        return ended(grpc.call(() -> unwrapped(work)), failure -> {
            throw switch (failure.kind()) {
                case THREW, TOO_LONG -> new EtcdException(
                        StatusCode.INTERNAL, "drawbore: " + grpc.where() + " failed");
                case TOO_MANY, FENCED_OFF -> new EtcdException(
                        StatusCode.RESOURCE_EXHAUSTED, "drawbore: " + failure.getMessage());
            };
        });
    }

    /** An answer of the front door's that somebody waited for comes in one of these. */
    private static <T> T unwrapped(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (CompletionException | ExecutionException wrapped) {
            throw wrapped.getCause() instanceof EtcdException refused ? refused : wrapped;
        }
    }

    /** A future whose end ends the call; a failure becomes an answer, or what is thrown. */
    private static <T> CompletableFuture<T> ended(CompletableFuture<T> call, Function<PluginFailure, T> instead) {
        CompletableFuture<T> answer = call.exceptionally(failure -> {
            if (failure instanceof PluginFailure failed) {
                return instead.apply(failed);
            }
            throw new CompletionException(failure);
        });
        var _ = answer.whenComplete((_, _) -> call.cancel(false));
        return answer;
    }

    /** Makes no calls any more. The fence ends those under way. */
    @Override
    public void close() {
        sent.close();
    }
}
