package io.drawbore.plugins.internal;

import java.time.Duration;

/** How things are called in lines for people. */
public final class Text {
    private Text() {}

    /** {@code 1s}, {@code 250ms}. */
    public static String of(Duration time) {
        long millis = time.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    /** {@code admission "a" of plug-in "b"}. */
    public static String where(String kind, String name, String plugin) {
        return kind + (name.isEmpty() ? "" : " \"" + name + "\"") + " of plug-in \"" + plugin + "\"";
    }
}
