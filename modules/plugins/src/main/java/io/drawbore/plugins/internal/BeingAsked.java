package io.drawbore.plugins.internal;

/**
 * Knows on which threads a plug-in is asked about a request or told of one. What it asks the member from there, in
 * whoever's name, is not for guards: they would be asked about it again, without end.
 */
final class BeingAsked {
    private static final ScopedValue<Boolean> MARK = ScopedValue.newInstance();

    private BeingAsked() {}

    /** Asks. */
    static <X extends Throwable> void ask(Question<X> question) throws X {
        ScopedValue.where(MARK, true).call(() -> {
            question.ask();
            return true;
        });
    }

    /** Whether that is what this thread is doing. */
    static boolean isThisThread() {
        return MARK.isBound();
    }

    /**
     * Something that a plug-in does.
     *
     * @param <X> what it throws
     */
    @FunctionalInterface
    interface Question<X extends Throwable> {
        void ask() throws X;
    }
}
