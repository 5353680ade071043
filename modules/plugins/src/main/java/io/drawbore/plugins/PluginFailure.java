package io.drawbore.plugins;

import io.drawbore.api.EtcdException;
import io.drawbore.api.StatusCode;

/**
 * A plug-in has not done what it was called for. One line says which point of which plug-in, and why; what it threw was
 * logged where it failed. Cheap: without a stack, which would be ours.
 */
public final class PluginFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** It threw. */
        THREW,
        /** It has not returned in time. Its thread was interrupted. */
        TOO_LONG,
        /** As many calls as may be are under way. */
        TOO_MANY,
        /** It has failed so often that it isn't called for a while. */
        FENCED_OFF
    }

    private final Kind kind;

    PluginFailure(Kind kind, String where, String why) {
        super(where + " is not available: " + why, null, false, false);
        this.kind = kind;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }

    /** What a client is told: {@code drawbore: admission "a" of plug-in "b" is not available: took longer than 1s}. */
    public EtcdException toEtcdException() {
        return new EtcdException(StatusCode.UNAVAILABLE, "drawbore: " + getMessage());
    }
}
