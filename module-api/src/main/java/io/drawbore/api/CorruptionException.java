package io.drawbore.api;

/** Bytes that were stored whole read back otherwise. */
public final class CorruptionException extends StorageException {
    private static final long serialVersionUID = 1L;

    /** With the file, the place in it and the way out. */
    public CorruptionException(String message) {
        super(message);
    }
}
