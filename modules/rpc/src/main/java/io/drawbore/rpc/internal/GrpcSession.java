package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The gRPC side of one HTTP/2 connection: opens its calls and watches over its pings. Called by the reading thread. */
final class GrpcSession {
    private static final String GRPC = "application/grpc";

    private final GrpcServer server;
    private final Connector connector;
    private final Keepalive keepalive;
    private final PingStrikes strikes;
    private @Nullable GrpcConnection connection;

    GrpcSession(GrpcServer server, Connector connector) {
        this.server = server;
        this.connector = connector;
        this.keepalive = new Keepalive(connector.getScheduler(), server.keepalive());
        this.strikes = new PingStrikes(server.keepalive().minTime());
    }

    /** Takes a new stream if it speaks gRPC; null leaves it to plain HTTP. */
    Stream.@Nullable Listener take(HTTP2Stream stream, HeadersFrame frame) {
        GrpcConnection current = connection(stream.getSession());
        MetaData.Request request = (MetaData.Request) frame.getMetaData();
        String contentType = request.getHttpFields().get(HttpHeader.CONTENT_TYPE);
        if (contentType == null || !contentType.startsWith(GRPC)) {
            current.window().share();
            return null;
        }
        stream.setIdleTimeout(-1);
        return open(current, stream, request, frame.isEndStream(), contentType);
    }

    private Stream.Listener open(GrpcConnection current, HTTP2Stream stream, MetaData.Request request,
            boolean endStream,
            String contentType) {
        HttpFields fields = request.getHttpFields();
        if (contentType.length() > GRPC.length() && "+;".indexOf(contentType.charAt(GRPC.length())) < 0) {
            return refuse(stream, 415, StatusCode.INVALID_ARGUMENT,
                    "invalid gRPC request content-type \"" + contentType + "\"");
        }
        if (!"POST".equals(request.getMethod())) {
            return refuse(stream, 405, StatusCode.INTERNAL,
                    "Received a HEADERS frame with :method \"" + request.getMethod() + "\" which should be POST");
        }
        Long timeoutNanos = null;
        String timeout = fields.get("grpc-timeout");
        if (timeout != null) {
            try {
                timeoutNanos = GrpcTimeout.nanos(timeout);
            } catch (IllegalArgumentException e) {
                return refuse(stream, 400, StatusCode.INTERNAL, "malformed grpc-timeout: " + e.getMessage());
            }
        }
        String encoding = fields.get("grpc-encoding");
        if (encoding != null && !encoding.equals("identity")) {
            return refuse(stream, 200, StatusCode.UNIMPLEMENTED,
                    "grpc: Decompressor is not installed for grpc-encoding \"" + encoding + "\"");
        }
        String path = String.valueOf(request.getHttpURI().getPath());
        RpcMethod<?, ?> method = server.method(path);
        if (method == null) {
            EtcdException unknown = server.unknown(path);
            return refuse(stream, 200, unknown.code(), unknown.text());
        }
        GrpcCall<?, ?> call = GrpcCall.of(method, current, stream, new CallHeaders(fields));
        if (!server.liveCalls().enter(call)) {
            return refuse(stream, 200, EtcdError.STOPPED.code(), EtcdError.STOPPED.text());
        }
        call.start(timeoutNanos, endStream);
        return call;
    }

    /** Answers with headers alone; what the client may still send is dropped. */
    private static Stream.Listener refuse(HTTP2Stream stream, int httpStatus, StatusCode code, String text) {
        HttpFields fields = HttpFields.build().put("content-type", GRPC).put("grpc-status",
                Integer.toString(code.number()))
                .put("grpc-message", Statuses.percentEncode(text)).asImmutable();
        MetaData.Response response = new MetaData.Response(httpStatus, null, HttpVersion.HTTP_2, fields);
        stream.headers(new HeadersFrame(stream.getId(), response, null, true), Callback.from(() -> {
            if (!stream.isRemotelyClosed() && !stream.isReset()) {
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.NO_ERROR.code), Callback.NOOP);
            }
        }, failure -> {}));
        return Stream.Listener.AUTO_DISCARD;
    }

    private GrpcConnection connection(HTTP2Session session) {
        GrpcConnection current = connection;
        if (current == null) {
            current = new GrpcConnection(server, session, connector.getExecutor(), connector.getScheduler());
            connection = current;
        }
        return current;
    }

    /** A frame of headers or data is about to be written. Any thread. */
    void sent() {
        strikes.sent();
    }

    /** The client has pinged; Jetty answers after this. */
    void ping(Session session) {
        boolean idle = session instanceof HTTP2Session all && all.getStreamCount() == 0;
        if (strikes.isOneTooMany(System.nanoTime(), idle)) {
            session.close(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, "too_many_pings", Callback.NOOP);
        }
    }

    /** The answer to a ping has come. */
    void pong() {
        keepalive.pong();
    }

    /** Nothing was read or written for a while. */
    void idle(Session session) {
        keepalive.idle(session);
    }
}
