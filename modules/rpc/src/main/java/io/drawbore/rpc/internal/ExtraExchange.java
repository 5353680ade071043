package io.drawbore.rpc.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.HttpPath;
import io.drawbore.rpc.ClientExtensions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to a path that the port has beside its own. Whoever is first (the answer, the time, the client that goes,
 * the port that stops) ends it; what is then still awaited is cancelled. Any thread; never blocks.
 */
final class ExtraExchange implements LiveCalls.Overdue {
    private static final Logger LOG = LoggerFactory.getLogger(ExtraExchange.class);

    private final ClientExtensions.Path path;
    private final GrpcServer server;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Duration time;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** First the body, then the answer. */
    private volatile @Nullable CompletableFuture<?> awaited;
    private volatile Scheduler.@Nullable Task alarm;

    ExtraExchange(ClientExtensions.Path path, GrpcServer server, Request request, Response response,
            Callback callback, Duration time) {
        this.path = path;
        this.server = server;
        this.request = request;
        this.response = response;
        this.time = time;
        this.callback = Callback.from(callback, () -> server.liveCalls().leave(this));
    }

    /** Reads the body, asks and answers; the body may take as long as the answer may. */
    void start(Function<ByteString, HttpPath.Request> question) {
        if (!server.liveCalls().enter(this)) {
            stopWaiting();
            return;
        }
        // How long it may take is said by alarms.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(this::gone);
        alarm(this::unsent);
        CompletableFuture<byte[]> whole =
                GatewayBody.read(request, ClientExtensions.MAX_BODY_BYTES, server.requests());
        await(whole);
        var _ = whole.whenComplete((body, failure) -> {
            if (body != null) {
                ask(question.apply(ByteString.copyFrom(body)));
            } else {
                unread(failure);
            }
        });
    }

    private void alarm(Runnable late) {
        Scheduler.Task before = alarm;
        if (before != null) {
            before.cancel();
        }
        alarm = request.getComponents().getScheduler().schedule(
                () -> request.getContext().execute(late), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void await(CompletableFuture<?> next) {
        awaited = next;
        if (ended.get()) {
            // The first to end it may have looked for what is cancelled before it was there.
            cancel();
        }
    }

    private void unread(@Nullable Throwable failure) {
        if (!(failure instanceof EtcdException refused)) {
            gone(failure == null ? new IllegalStateException("no body") : failure);
        } else if (refused.text().equals(Statuses.tooSlow().text())) {
            end(() -> HttpReply.text(response, callback, 503, refused.text() + "\n"));
        } else {
            end(() -> tooLarge(response, callback));
        }
    }

    private void ask(HttpPath.Request question) {
        CompletableFuture<HttpPath.Answer> answer;
        try {
            answer = path.handler().apply(question);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        alarm(this::late);
        await(answer);
        var _ = answer.whenComplete((given, failure) -> request.getContext().execute(() -> end(() -> {
            if (given == null) {
                failed(failure == null ? new NullPointerException("no answer") : failure);
            } else {
                send(given);
            }
        })));
    }

    private void send(HttpPath.Answer answer) {
        if (answer.body().size() > ClientExtensions.MAX_BODY_BYTES) {
            failed(new IllegalArgumentException("the answer has " + answer.body().size() + " bytes, which is more than "
                    + ClientExtensions.MAX_BODY_BYTES));
            return;
        }
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        ByteString body = bodiless ? ByteString.EMPTY : answer.body();
        HeldBytes.Share share = server.answers().open(() -> Gateway.disconnect(request));
        share.add(body.size());
        response.setStatus(answer.status());
        if (!bodiless) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        }
        response.write(true, body.asReadOnlyByteBuffer(), Callback.from(callback, share::releaseAll));
    }

    private void failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        LOG.atError().addKeyValue("plugin", path.owner()).addKeyValue("path", path.path()).setCause(cause)
                .log("a request to a plug-in's path failed");
        HttpReply.text(response, callback, 500, "plug-in " + path.owner() + " failed\n");
    }

    private void unsent() {
        end(() -> {
            if (request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_1_1) <= 0) {
                response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            }
            HttpReply.text(response, callback, 408, "the body was not whole within " + time.toMillis() + " ms\n");
        });
    }

    private void late() {
        end(() -> HttpReply.text(response, callback, 504,
                "plug-in " + path.owner() + " gave no answer within " + time.toMillis() + " ms\n"));
    }

    private void gone(Throwable cause) {
        end(() -> callback.failed(cause));
    }

    @Override
    public boolean stopWaiting() {
        end(() -> HttpReply.text(response, callback, 503, EtcdError.STOPPED.text() + "\n"));
        return true;
    }

    static void tooLarge(Response response, Callback callback) {
        HttpReply.text(response, callback, 413, "the body is larger than " + ClientExtensions.MAX_BODY_BYTES
                + " bytes\n");
    }

    private void end(Runnable answer) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        cancel();
        try {
            answer.run();
        } catch (RuntimeException unwritable) {
            // A content type that is none, say.
            LOG.atError().addKeyValue("plugin", path.owner()).addKeyValue("path", path.path()).setCause(unwritable)
                    .log("the answer of a plug-in's path cannot be written");
            callback.failed(unwritable);
        }
    }

    private void cancel() {
        Scheduler.Task time = alarm;
        if (time != null) {
            time.cancel();
        }
        CompletableFuture<?> answer = awaited;
        if (answer != null) {
            answer.cancel(false);
        }
    }
}
