package io.drawbore.rpc.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.StatusCode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The same methods as JSON over HTTP, with the forms of grpc-gateway. Never blocks. */
final class Gateway {
    /** A body up to this size is read and dropped, so that its sender sees why it was refused. */
    static final long DROPPED_BYTES = 64 << 20;

    /** What the answer behind the JSON had as its content type; the gateway of gRPC passes it on. */
    static final HttpField METADATA_CONTENT_TYPE =
            new PreEncodedHttpField("Grpc-Metadata-Content-Type", "application/grpc");

    private final GrpcServer server;
    private final Map<String, RpcMethod<?, ?>> methods = new HashMap<>();
    private final int maxBodyBytes;

    Gateway(GrpcServer server) {
        this.server = server;
        // Bytes grow by a third in base64, and names come on top.
        this.maxBodyBytes = Math.multiplyExact(server.maxMessageBytes(), 2);
        for (RpcMethod<?, ?> method : server.methods()) {
            for (String path : method.gatewayPaths()) {
                methods.put(path, method);
            }
        }
    }

    /** Answers a path that begins with {@code /v3/}. */
    void handle(String path, Request request, Response response, Callback callback) {
        RpcMethod<?, ?> method = methods.get(path);
        if (method == null) {
            refuse(request, response, callback, new RpcStatus(StatusCode.NOT_FOUND, "Not Found"));
        } else if (!request.getMethod().equals("POST")) {
            refuse(request, response, callback, new RpcStatus(StatusCode.UNIMPLEMENTED, "Method Not Allowed"));
        } else if (request.getLength() > maxBodyBytes) {
            refuse(
                    request, response, callback,
                    RpcStatus.of(Statuses.tooLarge(request.getLength(), maxBodyBytes)));
        } else {
            switch (method) {
                case RpcMethod.Unary<?, ?> unary -> unary(unary, request, response, callback);
                case RpcMethod.Streaming<?, ?> streaming -> streaming(streaming, request, response, callback);
            }
        }
    }

    /** Refuses a request whose body nobody has begun to read. */
    private static void refuse(Request request, Response response, Callback callback, RpcStatus status) {
        UnreadBody.drop(request, response, callback, () -> fail(response, callback, status));
    }

    private <Q extends Message, R extends Message> void unary(RpcMethod.Unary<Q, R> method, Request request,
            Response response, Callback callback) {
        Object call = new Object();
        if (!server.liveCalls().enter(call)) {
            fail(response, callback, RpcStatus.of(EtcdError.STOPPED.exception()));
            return;
        }
        Callback counted = Callback.from(callback, () -> server.liveCalls().leave(call));
        var _ = GatewayBody.read(request, maxBodyBytes, server.requests())
                .thenCompose(body -> invoke(method, body, request))
                .whenComplete((answer, failure) -> request.getContext().execute(() -> {
                    if (answer == null) {
                        fail(response, counted, failure == null ? RpcStatus.CANCELED : status(failure));
                    } else {
                        GatewayAnswer.send(answer, response, server.answers().open(() -> disconnect(request)), counted);
                    }
                }));
    }

    /** Ends the connection of a client that takes no answers. Not under the lock of whoever holds too much. */
    static void disconnect(Request request) {
        request.getContext().execute(() -> request.getConnectionMetaData().getConnection().getEndPoint()
                .close(new EOFException(Statuses.tooSlow().text())));
    }

    private <Q extends Message, R extends Message> CompletableFuture<R> invoke(RpcMethod.Unary<Q, R> method,
            byte[] body, Request request) {
        RpcMetrics.MethodMetrics metrics = server.metrics().of(method);
        Q message = GatewayJson.parse(new String(body, StandardCharsets.UTF_8), method.emptyRequest());
        metrics.started();
        metrics.received();
        CompletableFuture<R> answer;
        try {
            Caller caller = caller(request);
            server.admission().admit(method, message, caller, clientVersion(request));
            answer = method.handler().apply(message, caller);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle((message2, failure) -> {
            if (failure != null) {
                RpcStatus status = Statuses.of(failure);
                metrics.handled(status.code());
                throw new StatusFailure(status);
            }
            metrics.sent();
            metrics.handled(StatusCode.OK);
            return message2;
        });
    }

    private <Q extends Message, R extends Message> void streaming(RpcMethod.Streaming<Q, R> method, Request request,
            Response response, Callback callback) {
        GatewayStream<Q, R> stream = new GatewayStream<>(method, server, request, response, callback, maxBodyBytes);
        if (!server.liveCalls().enter(stream)) {
            fail(response, callback, RpcStatus.of(EtcdError.STOPPED.exception()));
            return;
        }
        stream.start(caller(request), clientVersion(request));
    }

    private RpcStatus status(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return switch (cause) {
            case StatusFailure known -> known.status;
            // The client has gone before its request was whole.
            case IOException gone -> RpcStatus.CANCELED;
            default -> Statuses.of(cause);
        };
    }

    static void fail(Response response, Callback callback, RpcStatus status) {
        if (status.code() == StatusCode.UNAUTHENTICATED) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, status.text());
        }
        HttpReply.json(response, callback, GatewayJson.httpStatus(status.code()), GatewayJson.error(status));
    }

    static Caller caller(Request request) {
        HttpFields headers = request.getHeaders();
        return Admission.caller(Request.getRemoteAddr(request) + ":" + Request.getRemotePort(request),
                headers.get("Grpc-Metadata-Token"), headers.get(HttpHeader.AUTHORIZATION),
                headers.get("Grpc-Metadata-Hasleader"));
    }

    private static @Nullable String clientVersion(Request request) {
        return request.getHeaders().get("Grpc-Metadata-Client-Api-Version");
    }

    /** A status that has been counted already. */
    private static final class StatusFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient RpcStatus status;

        StatusFailure(RpcStatus status) {
            super(status.text(), null, false, false);
            this.status = status;
        }
    }
}
