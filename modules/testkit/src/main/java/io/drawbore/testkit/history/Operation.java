package io.drawbore.testkit.history;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One call of one client.
 *
 * @param number its own within the history
 * @param client who called; a client may have several calls at a time
 * @param call when, in nanoseconds: before the request can have reached a server
 */
public record Operation(int number, int client, long call, Request request, Outcome outcome) {
    /** When the outcome was there; empty where it is unknown. */
    public OptionalLong returned() {
        return outcome.at();
    }

    /** The answer; empty where it was refused or the outcome is unknown. */
    public Optional<Response> response() {
        return outcome instanceof Outcome.Answered answered ? Optional.of(answered.response()) : Optional.empty();
    }

    /** Whether it may have been done or not. */
    public boolean isUnknown() {
        return outcome instanceof Outcome.Unknown;
    }

    /** One line for people. */
    @Override
    public String toString() {
        String end = switch (outcome) {
            case Outcome.Answered answered -> answered.time() + ": " + Texts.of(answered.response().message());
            case Outcome.Refused refused -> refused.time() + ": refused, " + refused.message();
            case Outcome.Unknown _ -> "?";
        };
        String asked = Texts.named(request.message());
        return "#" + number + " client " + client + " " + asked + " [" + call + ", " + end + "]";
    }
}
