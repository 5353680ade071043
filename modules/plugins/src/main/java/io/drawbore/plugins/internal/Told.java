package io.drawbore.plugins.internal;

import io.drawbore.api.HttpPath;
import io.drawbore.api.StatusCode;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told.
 *
 * @param error the text; null with OK
 * @param revision that of the header; 0 where there is none
 */
public record Told(StatusCode code, @Nullable String error, long revision) {
    /** A good answer, with its revision where it has one. */
    public static Told ok(@Nullable Object answer) {
        return new Told(StatusCode.OK, null, Messages.revision(answer));
    }

    /** An answer of HTTP: good below 400, else the code that is nearest. */
    public static Told of(HttpPath.Answer answer) {
        int status = answer.status();
        return status < 400 ? new Told(StatusCode.OK, null, 0) : new Told(code(status), "HTTP " + status, 0);
    }

    private static StatusCode code(int status) {
        return switch (status) {
            case 401 -> StatusCode.UNAUTHENTICATED;
            case 403 -> StatusCode.PERMISSION_DENIED;
            case 404, 410 -> StatusCode.NOT_FOUND;
            case 409 -> StatusCode.ABORTED;
            case 412 -> StatusCode.FAILED_PRECONDITION;
            case 429 -> StatusCode.RESOURCE_EXHAUSTED;
            case 405, 501 -> StatusCode.UNIMPLEMENTED;
            case 503 -> StatusCode.UNAVAILABLE;
            case 504 -> StatusCode.DEADLINE_EXCEEDED;
            default -> status < 500 ? StatusCode.INVALID_ARGUMENT : StatusCode.INTERNAL;
        };
    }
}
