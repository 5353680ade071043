package io.drawbore.plugins;

import org.jspecify.annotations.Nullable;

/** A plug-in has kept the member from starting. One line that names it and says why. */
public final class PluginStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For the room itself. */
    public PluginStartException(String plugin, String why, @Nullable Throwable cause) {
        super("plug-in \"" + plugin + "\" cannot start: " + why, cause);
    }
}
