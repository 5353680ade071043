package io.drawbore.api;

/** What becomes of a request when a plug-in that had a say in it throws, takes too long or is fenced off. */
public enum FailurePolicy {
    /** The request goes on as if the plug-in weren't there; the failure is logged and counted. */
    OPEN,
    /** The request is refused with {@link StatusCode#UNAVAILABLE} and the plug-in's name. */
    CLOSED
}
