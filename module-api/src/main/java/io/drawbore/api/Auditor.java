package io.drawbore.api;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Records who asked for what, and what came of it, for requests of clients at this member: reads, writes, watchers that
 * are created, maintenance and logins; calls of what plug-ins have on the client port; and what plug-ins ask of the
 * member in a client's name. Those that are refused are recorded too: by an admission, for what a user may not do,
 * because they are malformed (a key that is empty, too many operations), and where the member is a learner or has no
 * leader.
 *
 * <p>What members and plug-ins do by themselves isn't recorded, nor is what never becomes a request that could be
 * shown: bytes that can't be read or are too many, methods and paths that don't exist, HTTP that is refused before a
 * plug-in is asked; nor health checks and metrics.
 *
 * <p><b>Order.</b> {@link #begin} comes before anything is done for the request, {@link #end} when its outcome is
 * known. Records of one auditor are handed over in one order, by one thread of the plug-in's own, which may wait. Where
 * both wait, with {@link FailurePolicy#CLOSED}, ends go before begins.
 *
 * <p><b>Failure.</b> With {@link FailurePolicy#CLOSED} nothing is done for a request before {@code begin} has returned,
 * and its answer, a refusal too, is held back until {@code end} has, for five seconds each at the most, beyond which
 * that is a failure: make the record durable before you return. Where {@code begin} fails the request is refused; where
 * {@code end} fails the client is told that the outcome could not be recorded, though the request may have been carried
 * out. Of a stream ({@code RangeStream}, {@code Snapshot}) the data goes out as it comes, and what is held back is its
 * end: a client that has not seen that end well must not trust what it got. Not held back are refusals of a learner or
 * for want of a leader, which come before anything is looked at. With {@link FailurePolicy#OPEN} no request waits:
 * records queue, at most 8,192, and those that find the queue full are dropped and counted ({@code
 * drawbore_plugin_audit_dropped_total}).
 *
 * <p>With either policy a call that throws or takes longer than five seconds is a failure of the auditor. After five
 * with no attempt between them that was recorded from begin to end it is fenced off, for a second that doubles up to
 * thirty, and every record is such a failure at once; then one call probes. A request that was refused while its begin
 * waited is not shown at all, and while a call takes longer than five seconds no further request waits for it.
 */
public interface Auditor {
    /** Its name, for errors and metrics: lower-case letters, digits and dashes; unique in a distribution. */
    String name();

    /** Whether a request may go on that can't be recorded. Constant. */
    FailurePolicy failurePolicy();

    /**
     * Whether it records a method. Constant. Those of the member, such as {@code etcdserverpb.KV/Put}, are asked about
     * at the start, those of plug-ins ({@code acme.v1.Quotas/Get}, {@code HTTP GET /acme/status}) when they are called,
     * on the thread of the records.
     */
    default boolean concerns(String method) {
        return true;
    }

    /**
     * A request is about to be let in.
     *
     * @throws Exception where it can't be recorded
     */
    void begin(Attempt attempt) throws Exception;

    /**
     * A request that was begun has its outcome.
     *
     * @throws Exception where it can't be recorded
     */
    void end(Attempt attempt, Outcome outcome) throws Exception;

    /**
     * Somebody asks for something.
     *
     * @param number counts attempts at this member since its start, from 1; the same in {@code begin} and {@code end}
     * @param request who asks for what
     * @param at when it arrived, by this machine's clock
     */
    record Attempt(long number, ClientRequest request, Instant at) {}

    /**
     * What came of it.
     *
     * @param code {@link StatusCode#OK}, or what the client is told: {@link StatusCode#CANCELLED} where it left a
     *     stream before the end of that. A client that has gone or whose time is up before the outcome is known isn't
     *     told this: the outcome is that of the request. Of a path of HTTP OK stands for all below 400, and from there
     *     on it is the nearest code, with the text {@code HTTP 404}
     * @param error the text that goes with it; null with OK
     * @param revision the revision in the answer's header; 0 where it has none
     * @param took from the arrival until the outcome was known
     */
    record Outcome(StatusCode code, @Nullable String error, long revision, Duration took) {}
}
