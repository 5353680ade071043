package io.drawbore.api;

/** The disk or its files did not do what they must. The message names the file, where in it, and the way out. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message only. */
    public StorageException(String message) {
        super(message);
    }

    /** With what lies behind it. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
