package io.drawbore.mvcc;

import io.drawbore.api.Revision;

/**
 * The index names a row that the store does not have. A reader may meet it when history is compacted under it; for
 * everyone else it is a failed invariant.
 */
final class MissingRowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    MissingRowException(Revision revision) {
        this("the index names revision " + revision + ", the store has no such row");
    }

    private MissingRowException(String invariant) {
        super(invariant);
        this.invariant = invariant;
    }

    /** What did not hold. */
    String invariant() {
        return invariant;
    }
}
