package io.drawbore.plugins.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.StatusCode;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.StatusResponse;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A watch stream whose creations are recorded, each as an attempt of its own. Requests keep their order, also where a
 * record is waited for. Creations are answered in the order in which they came, for clients know no other way to tell
 * the answers apart: the member answers those that it gets in their order, by which an answer finds its attempt, and
 * one that is refused here is answered when those before it have been, while what comes after it waits. Requests come
 * from one thread at a time, responses too.
 */
final class AuditedWatch implements WatchStream {
    /** Creations of one stream that may wait for their answers. */
    static final int MAX_OUTSTANDING = 1_024;

    private static final long NO_WATCHER = -1;
    private static final Pattern REASON = Pattern.compile("rpc error: code = (\\w+) desc = (.*)", Pattern.DOTALL);

    private final FrontDoor member;
    private final Recorder recorder;
    private final WatchStream stream;
    private final Responses responses;

    /** Completes, and never fails, once all that came before is with the stream. */
    private CompletableFuture<?> before = CompletableFuture.completedFuture(null);

    /** Begins attempts. */
    interface Recorder {
        /** Never fails. */
        CompletableFuture<Attempted> begin(WatchRequest request, Instant at);
    }

    AuditedWatch(FrontDoor member, WatchSink sink, Caller caller, Recorder recorder, Executor replies) {
        this.member = member;
        this.recorder = recorder;
        this.responses = new Responses(sink, replies);
        this.stream = member.watch(responses, caller);
    }

    @Override
    public void accept(WatchRequest request) {
        if (!request.hasCreateRequest()) {
            before = before.thenRun(() -> stream.accept(request));
            return;
        }
        if (!responses.expectsOneMore()) {
            // a client that asks and asks and reads no answers
            responses.fail(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
            close();
            return;
        }
        Instant at = Instant.now();
        before = before.thenCompose(_ -> recorder.begin(request, at))
                .thenCompose(attempt -> Steps.after(attempt.begun(), (_, failure) -> {
                    if (failure != null) {
                        return refuse(attempt, EtcdException.of(failure));
                    }
                    responses.expects(attempt);
                    stream.accept(request);
                    return CompletableFuture.completedFuture(null);
                }))
                .exceptionally(_ -> null);
    }

    /** Answers as the member does where a watcher may not be created. Completes when that is on its way. */
    private CompletableFuture<Void> refuse(Attempted attempt, EtcdException refusal) {
        var _ = attempt.end(refusal);
        return member.status(Caller.SELF)
                .thenApply(StatusResponse::getHeader)
                .exceptionally(_ -> ResponseHeader.getDefaultInstance())
                .thenCompose(header -> responses.refuse(WatchResponse.newBuilder()
                        .setHeader(header)
                        .setWatchId(NO_WATCHER)
                        .setCreated(true)
                        .setCanceled(true)
                        .setCancelReason("rpc error: code = Unavailable desc = " + refusal.text())
                        .build()));
    }

    @Override
    public void close() {
        stream.close();
        responses.over(new EtcdException(StatusCode.CANCELLED, "context canceled"));
    }

    /** What the member says, on its way to the client. */
    private static final class Responses implements WatchSink {
        private final WatchSink sink;
        private final Executor replies;

        // guarded by this
        private final Queue<Attempted> expected = new ArrayDeque<>();
        private int outstanding;
        private boolean over;
        private @Nullable Refusal refusal;
        /** Completes when all responses that had to wait for a record have been handed on. */
        private CompletableFuture<Void> behind = CompletableFuture.completedFuture(null);

        /** An answer in the member's place. */
        private record Refusal(WatchResponse response, CompletableFuture<Void> onItsWay) {}

        Responses(WatchSink sink, Executor replies) {
            this.sink = sink;
            this.replies = replies;
        }

        synchronized boolean expectsOneMore() {
            if (outstanding == MAX_OUTSTANDING) {
                return false;
            }
            outstanding++;
            return true;
        }

        /** An answer to this one will come. */
        void expects(Attempted attempt) {
            boolean late;
            synchronized (this) {
                late = over;
                if (!late) {
                    expected.add(attempt);
                }
            }
            if (late) {
                var _ = attempt.end(new EtcdException(StatusCode.CANCELLED, "context canceled"));
            }
        }

        @Override
        public synchronized CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
            CompletableFuture<Void> recorded = recordCreations(responses);
            CompletionStage<Void> sent = inOrder(recorded, responses);
            passRefusalOn();
            return sent;
        }

        /** An answer that the member knows nothing of. Completes when it is on its way or never will be. */
        synchronized CompletableFuture<Void> refuse(WatchResponse response) {
            outstanding--;
            CompletableFuture<Void> onItsWay = new CompletableFuture<>();
            refusal = new Refusal(response, onItsWay);
            passRefusalOn();
            return onItsWay;
        }

        /** Once the member has answered all that came before. Under the lock. */
        private void passRefusalOn() {
            Refusal next = refusal;
            if (next == null || !expected.isEmpty()) {
                return;
            }
            refusal = null;
            if (!over) {
                var _ = inOrder(
                        CompletableFuture.completedFuture(null), List.of(EncodedMessage.of(next.response())));
            }
            // not here: what waits for it goes to the member, which may be in the middle of a call of this
            Runnable goOn = () -> next.onItsWay().complete(null);
            try {
                replies.execute(goOn);
            } catch (RejectedExecutionException closed) {
                goOn.run();
            }
        }

        private CompletionStage<Void> inOrder(
                CompletableFuture<Void> recorded, List<EncodedMessage<WatchResponse>> responses) {
            if (behind.isDone() && isGood(recorded)) {
                return sink.send(responses);
            }
            CompletableFuture<CompletionStage<Void>> handedOn =
                    behind.thenCompose(_ -> recorded).thenApply(_ -> sink.send(responses));
            behind = handedOn.handle((_, failure) -> {
                if (failure != null) {
                    fail(EtcdException.of(failure));
                }
                return null;
            });
            return handedOn.thenCompose(sent -> sent);
        }

        private static boolean isGood(CompletableFuture<Void> recorded) {
            return recorded.isDone() && !recorded.isCompletedExceptionally();
        }

        /** Looks for answers to creations, while some are expected. */
        private CompletableFuture<Void> recordCreations(List<EncodedMessage<WatchResponse>> responses) {
            List<CompletableFuture<Void>> ends = new ArrayList<>(0);
            for (EncodedMessage<WatchResponse> encoded : responses) {
                if (expected.isEmpty()) {
                    break;
                }
                WatchResponse response = encoded.parsed();
                Attempted attempt = response.getCreated() ? expected.poll() : null;
                if (attempt != null) {
                    outstanding--;
                    ends.add(end(attempt, response));
                }
            }
            return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        }

        private static CompletableFuture<Void> end(Attempted attempt, WatchResponse response) {
            long revision = response.getHeader().getRevision();
            if (!response.getCanceled()) {
                return attempt.end(new Told(StatusCode.OK, null, revision));
            }
            Matcher status = REASON.matcher(response.getCancelReason());
            return status.matches()
                    ? attempt.end(new Told(code(status.group(1)), status.group(2), revision))
                    : attempt.end(new Told(StatusCode.INVALID_ARGUMENT, response.getCancelReason(), revision));
        }

        /** {@code PermissionDenied}, as Go's gRPC has it. */
        private static StatusCode code(String name) {
            for (StatusCode code : StatusCode.values()) {
                if (code.name().replace("_", "").toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
                    return code;
                }
            }
            return StatusCode.UNKNOWN;
        }

        @Override
        public void fail(EtcdException error) {
            over(error);
            sink.fail(error);
        }

        /** No answers will come any more. */
        void over(EtcdException error) {
            List<Attempted> left;
            synchronized (this) {
                over = true;
                left = List.copyOf(expected);
                expected.clear();
                passRefusalOn();
            }
            left.forEach(attempt -> {
                var _ = attempt.end(error);
            });
        }
    }
}
