package io.drawbore.plugins.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a plug-in threw, in words of the JDK's alone: whoever logs it runs no code of the plug-in's. Made on the
 * plug-in's thread.
 */
public final class Thrown extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_FRAMES = 40;
    private static final int MAX_CAUSES = 4;
    private static final int MAX_TEXT = 500;

    private final String what;

    private Thrown(String what, @Nullable Thrown cause) {
        super(what, cause, false, true);
        this.what = what;
    }

    /** The copy of a throwable, shortened where it is long. Never throws. */
    public static Thrown copyOf(Throwable thrown) {
        return copyOf(thrown, MAX_CAUSES);
    }

    private static Thrown copyOf(Throwable thrown, int causes) {
        String name = thrown.getClass().getName();
        try {
            String message = thrown.getMessage();
            Throwable cause = causes == 0 ? null : thrown.getCause();
            Thrown copy = new Thrown(
                    message == null ? name : name + ": " + shortened(message),
                    cause == null ? null : copyOf(cause, causes - 1));
            StackTraceElement[] frames = thrown.getStackTrace();
            copy.setStackTrace(Arrays.copyOf(frames, Math.min(frames.length, MAX_FRAMES)));
            return copy;
        } catch (Throwable broken) {
            return new Thrown(name + ", which cannot be read: " + broken.getClass().getName(), null);
        }
    }

    /** One line of text, not too long. */
    static String shortened(String text) {
        String line = text.replace('\n', ' ').replace('\r', ' ');
        return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "…";
    }

    /** Class and message. */
    public String what() {
        return what;
    }
}
