package io.drawbore.api;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/**
 * A path of plain HTTP on the client port, beside the member's own: wherever that serves HTTP, be the JSON gateway on
 * or off. Any method but {@code OPTIONS}, which the member answers by its rules for browsers. Auditors hear of its
 * requests; where one can't record them and fails closed, 503 is answered.
 *
 * <p><b>Threads, limits, errors</b> as with {@link GrpcService}: a call has a thread of its own and may wait, at most
 * 256 of a plug-in are under way at a time (503 beyond), it has 30 seconds (504 beyond), bodies of requests have at
 * most 4 MiB (413) and 30 seconds to come whole (408), and those of answers have at most 4 MiB (500). What it
 * throws, whatever it is, becomes a 500 that names the plug-in.
 */
public interface HttpPath {
    /**
     * Where it answers: {@code /acme/status} exactly, or with a slash at its end all that begins so. Never {@code /}
     * itself, nor what the member answers or may come to answer: {@code /v2}, {@code /v3}, {@code /v3beta}, {@code
     * /health}, {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /version}, {@code /debug} and {@code /config}
     * with all below them.
     */
    String path();

    /**
     * Answers a request.
     *
     * @throws Exception a failure
     */
    Answer answer(Request request) throws Exception;

    /**
     * What is asked.
     *
     * @param method {@code GET}, {@code POST}, …
     * @param path as it was asked for, decoded
     * @param query values by name, in the order given
     * @param headers values by name in lower case
     * @param body whole; empty where there is none
     * @param caller who asks
     */
    record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            ByteString body,
            Caller caller) {}

    /**
     * What is answered.
     *
     * @param status 200 to 599
     * @param contentType as in {@code text/plain; charset=utf-8}
     * @param body may be empty
     */
    record Answer(int status, String contentType, ByteString body) {
        /** A status that is none is refused. */
        public Answer {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status " + status);
            }
        }

        /** A text in UTF-8. */
        public static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(text));
        }
    }
}
