package io.drawbore.tools;

import io.drawbore.api.InvariantException;
import io.drawbore.api.StorageException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the checks of a member's data found, one after the other. */
final class Findings {
    private final Answer answer = new Answer(
            new Answer.Column("check", "check", "check", true),
            new Answer.Column("state", "state", "state", true),
            Answer.Column.prose("detail"));
    private @Nullable String firstBroken;

    /**
     * Makes a check.
     *
     * @param check says what it found, or fails with what is broken
     * @return whether all was well
     */
    boolean add(String name, Supplier<String> check) {
        try {
            row(name, "ok", check.get());
            return true;
        } catch (StorageException | InvariantException e) {
            broken(name, String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Something is broken. */
    void broken(String name, String what) {
        row(name, "broken", what);
        if (firstBroken == null) {
            firstBroken = name + ": " + what;
        }
    }

    /** A check could not be made, for something else is broken. */
    void skipped(String name, String why) {
        row(name, "skipped", why);
    }

    private void row(String name, String state, String detail) {
        answer.row(Answer.Value.of(name), Answer.Value.of(state), Answer.Value.of(detail));
    }

    /** Check and what is wrong there; empty where all is well. */
    Optional<String> firstBroken() {
        return Optional.ofNullable(firstBroken);
    }

    Answer answer() {
        return answer;
    }
}
