package io.drawbore.testkit.history;

import io.drawbore.api.EtcdError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One lease, which may end by itself whenever it lives: what of its answers cannot follow each other. */
public final class LeaseModel implements SequentialModel<LeaseModel.State, LeaseModel.Ask, LeaseModel.Said> {
    /** How a lease is. */
    public enum State {
        ABSENT,
        ALIVE
    }

    /** What is asked of it. */
    public enum Ask {
        GRANT,
        REVOKE,
        /** Whatever only a living lease can do: renew, tell its TTL, be put on a key. */
        USE
    }

    /** What is answered. */
    public enum Said {
        DONE,
        NOT_FOUND
    }

    /** A lease that is not there yet. */
    public LeaseModel() {}

    @Override
    public State initial() {
        return State.ABSENT;
    }

    @Override
    public Optional<State> step(State state, Ask request, Optional<Said> answer) {
        if (answer.isEmpty()) {
            return Optional.of(switch (request) {
                case GRANT -> State.ALIVE;
                case REVOKE -> State.ABSENT;
                case USE -> state;
            });
        }
        return switch (answer.get()) {
            // A lease that lives may have ended by itself just before.
            case NOT_FOUND -> Optional.of(State.ABSENT);
            case DONE -> switch (request) {
                case GRANT -> Optional.of(State.ALIVE);
                case REVOKE -> state == State.ALIVE ? Optional.of(State.ABSENT) : Optional.empty();
                case USE -> state == State.ALIVE ? Optional.of(state) : Optional.empty();
            };
        };
    }

    /** The calls of a history on one lease. */
    public static List<LinearizabilitySearch.Call<Ask, Said>> calls(History history, long lease) {
        List<LinearizabilitySearch.Call<Ask, Said>> calls = new ArrayList<>();
        for (Operation operation : history.operations()) {
            ask(operation, lease).ifPresent(ask -> {
                Optional<Said> said = said(operation);
                if (said.isPresent() || operation.isUnknown()) {
                    OptionalLong returned = operation.returned();
                    calls.add(new LinearizabilitySearch.Call<>(
                            operation.toString(), operation.call(), returned, ask, said));
                }
            });
        }
        return calls;
    }

    private static Optional<Ask> ask(Operation operation, long lease) {
        return switch (operation.request()) {
            case Request.Grant grant -> granted(operation, grant) == lease ? Optional.of(Ask.GRANT) : Optional.empty();
            case Request.Revoke revoke when revoke.message().getID() == lease -> Optional.of(Ask.REVOKE);
            case Request.KeepAlive renewal when renewal.message().getID() == lease -> Optional.of(Ask.USE);
            case Request.TimeToLive question when question.message().getID() == lease -> Optional.of(Ask.USE);
            case Request.Put put when put.message().getLease() == lease -> Optional.of(Ask.USE);
            default -> Optional.empty();
        };
    }

    private static long granted(Operation operation, Request.Grant grant) {
        return operation.response().orElse(null) instanceof Response.Grant answer
                ? answer.message().getID()
                : grant.message().getID();
    }

    /** Empty too for answers that say nothing of whether it lives. */
    private static Optional<Said> said(Operation operation) {
        return switch (operation.outcome()) {
            case Outcome.Unknown _ -> Optional.empty();
            case Outcome.Refused refused ->
                refused.is(EtcdError.LEASE_NOT_FOUND) ? Optional.of(Said.NOT_FOUND) : Optional.empty();
            case Outcome.Answered answered -> Optional.of(isAlive(answered.response()) ? Said.DONE : Said.NOT_FOUND);
        };
    }

    /** Whether an answer comes from a lease that lives; one that is only about to be revoked does. */
    static boolean isAlive(Response response) {
        return switch (response) {
            case Response.KeepAlive renewal -> renewal.message().getTTL() > 0;
            case Response.TimeToLive told -> told.message().getTTL() >= 0 || told.message().getGrantedTTL() > 0;
            default -> true;
        };
    }
}
