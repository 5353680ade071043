package io.drawbore.launcher.internal;

import io.drawbore.plugins.Fence;
import org.jspecify.annotations.Nullable;

/** Says which plug-in a thread or a stack belongs to, by what the JVM knows of them; null is the member. Any thread. */
final class Owner {
    private static final String PREFIX = "plugin-";

    private Owner() {}

    /**
     * The plug-in whose thread it is: born into its group, or with its class loader as the context, which virtual
     * threads have too.
     */
    static @Nullable String of(final Thread thread) {
        final String group = Fence.pluginOf(thread);
        return group != null ? group : of(thread.getContextClassLoader());
    }

    private static @Nullable String of(final @Nullable ClassLoader loader) {
        return loader instanceof PluginLoader own ? plugin(own.getName()) : null;
    }

    /** The plug-in that has the uppermost frame of all that plug-ins have. */
    static @Nullable String of(final StackTraceElement[] stack) {
        final StackTraceElement frame = uppermost(stack);
        return frame == null ? null : of(frame);
    }

    /** The uppermost frame of all that plug-ins have. */
    static @Nullable StackTraceElement uppermost(final StackTraceElement[] stack) {
        for (final StackTraceElement frame : stack) {
            if (of(frame) != null) {
                return frame;
            }
        }
        return null;
    }

    /** The plug-in whose code a frame is in. */
    static @Nullable String of(final StackTraceElement frame) {
        return plugin(frame.getClassLoaderName());
    }

    private static @Nullable String plugin(final @Nullable String loader) {
        return loader != null && loader.startsWith(PREFIX) ? loader.substring(PREFIX.length()) : null;
    }
}
