package io.drawbore.api;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An answer that is an error. Cheap to make: it has no stack trace, for it says nothing about our code. */
public final class EtcdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StatusCode code;

    /** One of etcd's own. */
    public EtcdException(EtcdError error) {
        this(error.code(), error.text());
    }

    /** Any other status. */
    public EtcdException(StatusCode code, String text) {
        this(code, text, null);
    }

    private EtcdException(StatusCode code, String text, @Nullable Throwable cause) {
        super(text, cause, false, false);
        this.code = code;
    }

    /**
     * What a client is told of a failure: an answer that is an error as it is, also as what caused a {@code
     * CompletionException} or {@code ExecutionException}; {@link StatusCode#CANCELLED} and {@link
     * StatusCode#DEADLINE_EXCEEDED} with the texts of gRPC for Go where something was cancelled or timed out; {@link
     * StatusCode#UNKNOWN} and the message of any other exception, {@link StatusCode#INTERNAL} and the name of an error.
     * These nobody foresaw; they are the cause of what is returned.
     */
    public static EtcdException of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case EtcdException known -> known;
            case CancellationException _ -> new EtcdException(StatusCode.CANCELLED, "context canceled");
            case TimeoutException _ -> new EtcdException(StatusCode.DEADLINE_EXCEEDED, "context deadline exceeded");
            case Error error -> new EtcdException(
                    StatusCode.INTERNAL, "drawbore: the request failed: " + error.getClass().getName(), error);
            default -> new EtcdException(StatusCode.UNKNOWN, message(cause), cause);
        };
    }

    /** It may be an exception of a plug-in's, which may throw when it is looked at. */
    private static String message(Throwable failure) {
        try {
            return String.valueOf(failure.getMessage());
        } catch (RuntimeException | Error unreadable) {
            return failure.getClass().getName();
        }
    }

    /** The gRPC status code. */
    public StatusCode code() {
        return code;
    }

    /** The text that goes to the client. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
