package io.drawbore.api;

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
        super(text, null, false, false);
        this.code = code;
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
