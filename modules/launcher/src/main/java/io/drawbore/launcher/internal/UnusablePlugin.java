package io.drawbore.launcher.internal;

import java.nio.file.Path;

/** Why nothing can be loaded from a plug-in's folder, in one line with the way out. */
final class UnusablePlugin extends Exception {
    private static final long serialVersionUID = 1;

    UnusablePlugin(final Path folder, final String why) {
        super(
                "plug-in folder " + folder + " cannot be used: " + why.replaceAll("\\s*[\\r\\n]+\\s*", " "),
                null,
                false,
                false);
    }

    /** One line for the operator. */
    String line() {
        return String.valueOf(getMessage());
    }
}
