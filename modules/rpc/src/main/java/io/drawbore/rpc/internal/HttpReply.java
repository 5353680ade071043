package io.drawbore.rpc.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Whole answers over plain HTTP, with the headers that Go's servers send. */
final class HttpReply {
    private HttpReply() {}

    static void json(Response response, Callback callback, int status, String body) {
        send(response, callback, status, "application/json", body);
    }

    static void text(Response response, Callback callback, int status, String body) {
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        send(response, callback, status, "text/plain; charset=utf-8", body);
    }

    static void notFound(Response response, Callback callback) {
        text(response, callback, 404, "404 page not found\n");
    }

    /** The method is not one of those that the resource knows. */
    static void wrongMethod(Response response, Callback callback, String allowed) {
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        text(response, callback, 405, "Method Not Allowed\n");
    }

    static void send(Response response, Callback callback, int status, String contentType, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
