package io.drawbore.testkit;

/**
 * The power of a {@link FaultVfs} is off: thrown by every call from the step it was stopped at until it is rebooted.
 */
public final class DiskStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the step that did not complete. */
    public DiskStoppedException(long step) {
        super("the disk stopped at step " + step);
    }
}
