package io.drawbore.tools;

/** Ends a command with one line and an exit code, which are etcdutl's where it knows the case. */
final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What was asked for failed, or the command line is none. */
    static final int FAILED = 1;

    /** A flag has a value that it can't have. */
    static final int BAD_FEATURE = 4;

    /** What was asked for makes no sense. */
    static final int BAD_ARGUMENTS = 128;

    private final int exitCode;
    private final boolean wantsUsage;

    private ToolException(int exitCode, boolean wantsUsage, String message) {
        super(message);
        this.exitCode = exitCode;
        this.wantsUsage = wantsUsage;
    }

    static ToolException failed(String message) {
        return new ToolException(FAILED, false, message);
    }

    static ToolException badFeature(String message) {
        return new ToolException(BAD_FEATURE, false, message);
    }

    static ToolException badArguments(String message) {
        return new ToolException(BAD_ARGUMENTS, false, message);
    }

    /** The command line can't be read. */
    static ToolException usage(String message) {
        return new ToolException(FAILED, true, message);
    }

    int exitCode() {
        return exitCode;
    }

    boolean wantsUsage() {
        return wantsUsage;
    }
}
