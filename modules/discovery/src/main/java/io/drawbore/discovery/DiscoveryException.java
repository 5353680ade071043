package io.drawbore.discovery;

/** The founders were not found. The message says why, in etcd's words where it has any. */
public final class DiscoveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public DiscoveryException(String reason) {
        super(reason);
    }
}
