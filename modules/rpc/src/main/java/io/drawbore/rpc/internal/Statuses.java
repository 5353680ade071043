package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Statuses that are not etcd's but gRPC's, with the texts of gRPC for Go, and how failures become statuses. */
final class Statuses {
    private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Statuses() {}

    static EtcdException tooLarge(long length, int max) {
        return new EtcdException(StatusCode.RESOURCE_EXHAUSTED,
                "grpc: received message larger than max (" + length + " vs. " + max + ")");
    }

    /** The call was the oldest that held bytes when there were too many of them. */
    static RpcStatus tooSlow() {
        return new RpcStatus(StatusCode.RESOURCE_EXHAUSTED,
                "the client is too slow: the server holds as many bytes of requests and answers as it may");
    }

    static EtcdException internal(String text) {
        return new EtcdException(StatusCode.INTERNAL, text);
    }

    static EtcdException unimplemented(String text) {
        return new EtcdException(StatusCode.UNIMPLEMENTED, text);
    }

    /** A call that takes one request has ended without any. */
    static EtcdException noRequest() {
        return internal("cardinality violation: received no request message from non-client-streaming RPC");
    }

    /** A call that takes one request has got a second. */
    static EtcdException secondRequest() {
        return internal("cardinality violation: received multiple request messages for non-client-streaming RPC");
    }

    /** What a client is told of a failure; one that is not a status is logged, for nobody expected it. */
    static RpcStatus of(Throwable failure) {
        EtcdException told = EtcdException.of(failure);
        if (told.getCause() != null) {
            report("a request failed unexpectedly", told.getCause());
        }
        return RpcStatus.of(told);
    }

    /** A message of a plug-in's own kind that can't be read or written, which is no fault of the client's. */
    static RpcStatus broken(RpcMethod<?, ?> method, String what, Throwable failure) {
        String text = "drawbore: " + what + " of " + method.path().substring(1);
        report(text, failure);
        return new RpcStatus(StatusCode.INTERNAL, text + ": " + failure.getClass().getName());
    }

    /** Logs what may be an exception of a plug-in's, which may throw when it is looked at. */
    static void report(String what, Throwable failure) {
        try {
            LOG.error(what, failure);
        } catch (Throwable unreadable) {
            LOG.error("{}: {}, which cannot be read", what, failure.getClass().getName());
        }
    }

    /**
     * A text as the header {@code grpc-message} holds it: UTF-8, all but printable ASCII and {@code %} as {@code %XX}.
     */
    static String percentEncode(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            plain = printable(text.charAt(i));
        }
        if (plain) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (printable(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return out.toString();
    }

    private static boolean printable(int c) {
        return c >= ' ' && c <= '~' && c != '%';
    }

    /** A code's name in metrics: {@code InvalidArgument}; only {@code OK} stays as it is. */
    static String metricName(StatusCode code) {
        if (code == StatusCode.OK) {
            return "OK";
        }
        if (code == StatusCode.CANCELLED) {
            return "Canceled";
        }
        StringBuilder out = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            out.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return out.toString();
    }
}
