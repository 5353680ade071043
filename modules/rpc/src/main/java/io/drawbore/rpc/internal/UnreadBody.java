package io.drawbore.rpc.internal;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The body of a request that is answered without it. Jetty closes the connection behind such an answer, unannounced,
 * where the body has not all come yet: a client that keeps connections then fails with its next request, and one that
 * still sends may lose the answer. So the body is let in first and dropped, as Go's servers do, or the answer says
 * that it is the last.
 */
final class UnreadBody {
    /** A body up to this size is let in. */
    private static final long DROPPED_BYTES = 64 << 20;

    private UnreadBody() {}

    /** Answers once the body has come, or at once where it may be too long to wait for. Never blocks. */
    static void drop(Request request, Response response, Callback callback, Runnable answer) {
        boolean multiplexed = request.getConnectionMetaData().getHttpVersion().compareTo(HttpVersion.HTTP_1_1) > 0;
        boolean ofUnknownLength =
                request.getLength() < 0 && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        if (multiplexed) {
            answer.run();
        } else if (ofUnknownLength || request.getLength() > DROPPED_BYTES) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
            answer.run();
        } else {
            Content.Source.consumeAll(request, Callback.from(answer, callback::failed));
        }
    }
}
