package io.drawbore.testkit.history;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A lock that one client holds at a time. The state is its holder. A client whose lease ended while it held the lock is
 * told by its release of unknown outcome, called when it can have lost it.
 */
public final class LockModel implements SequentialModel<OptionalInt, LockModel.Ask, LockModel.Said> {
    /**
     * What is asked of it.
     *
     * @param client who asks
     * @param acquire whether it asks for the lock or gives it back
     */
    public record Ask(int client, boolean acquire) {}

    /** What is answered. */
    public enum Said {
        DONE,
        /** Somebody else has it, or, to a release, the client itself has not. */
        NOT_YOURS
    }

    /** A lock that nobody holds. */
    public LockModel() {}

    @Override
    public OptionalInt initial() {
        return OptionalInt.empty();
    }

    @Override
    public Optional<OptionalInt> step(OptionalInt holder, Ask request, Optional<Said> answer) {
        boolean holds = holder.isPresent() && holder.getAsInt() == request.client();
        boolean can = request.acquire() ? holder.isEmpty() : holds;
        if (answer.isPresent() && (answer.get() == Said.DONE) != can) {
            return Optional.empty();
        }
        if (!can) {
            return Optional.of(holder);
        }
        return Optional.of(request.acquire() ? OptionalInt.of(request.client()) : OptionalInt.empty());
    }
}
