package io.drawbore.bench;

/** A server did not do what a load asks; its row says so and the others go on. */
final class NotServed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    NotServed(final String why) {
        super(why);
        this.why = why;
    }

    /** What the server or the load tool said. */
    String why() {
        return why;
    }
}
