package io.drawbore.peer.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Whole answers, with the headers that Go's servers send. */
final class Reply {
    private static final String TEXT = "text/plain; charset=utf-8";

    private Reply() {}

    static void json(Response response, Callback callback, int status, String body) {
        send(response, callback, status, PeerPaths.JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    static void protobuf(Response response, Callback callback, byte[] body) {
        send(response, callback, Status.OK, PeerPaths.PROTOBUF, body);
    }

    static void text(Response response, Callback callback, String body) {
        send(response, callback, Status.OK, TEXT, body.getBytes(StandardCharsets.UTF_8));
    }

    /** What is wrong, in one line. */
    static void error(Response response, Callback callback, int status, String reason) {
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        send(response, callback, status, TEXT, (reason + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void notFound(Response response, Callback callback) {
        error(response, callback, Status.NOT_FOUND, "404 page not found");
    }

    static void wrongMethod(Response response, Callback callback, String allowed) {
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        error(response, callback, Status.METHOD_NOT_ALLOWED, "Method Not Allowed");
    }

    static void noContent(Response response, Callback callback) {
        response.setStatus(Status.NO_CONTENT);
        callback.succeeded();
    }

    private static void send(Response response, Callback callback, int status, String contentType, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
