package io.drawbore.testkit.mutation;

/** A mutant that is none: its list is out of date or wrong. The message says which mutant and why. */
public final class InvalidMutantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidMutantException(String mutant, String why) {
        super("the mutant '" + mutant + "' " + why);
    }
}
