package io.drawbore.testkit.history;

/**
 * A promise that a history breaks.
 *
 * @param text which operations, what was seen and what was promised
 */
public record Violation(Rule rule, String text) {
    /** The promises. */
    public enum Rule {
        /** A write's revision is its own. */
        OWN_REVISION,
        /** What returned before another was called has the smaller revision. */
        REAL_TIME,
        /** A linearizable answer knows of everything that was answered before it was asked for. */
        FRESH,
        /** Nothing is seen before it was asked for. */
        NO_FUTURE,
        /** Every answer is that of the writes done one after the other in the order of their revisions. */
        ANSWER,
        /** Every revision was made by a write that may have been done, or by a lease's end. */
        MADE_BY_SOMEBODY,
        /** What is compacted, and only that, is refused as compacted. */
        COMPACTION,
        /** The search for who made which revision ended at its limit. */
        UNDECIDED,
        /** A watch's events come in the order of revisions, from its start on. */
        WATCH_ORDER,
        /** A watch shows no event twice. */
        WATCH_ONCE,
        /** A revision's events come in one response. */
        WATCH_ATOMIC,
        /** A watch shows every matching event up to the newest that it showed or reported as its progress. */
        WATCH_COMPLETE,
        /** A watch shows what happened, as it happened. */
        WATCH_TRUE,
        /** A watch shows only what it was asked for. */
        WATCH_FILTER,
        /** A watch shows what was there before where it was asked to, and only then. */
        WATCH_PREVIOUS,
        /** A progress report has everything older before it and nothing older after it. */
        WATCH_PROGRESS,
        /** A watch goes on after its predecessor's cursor. */
        WATCH_RESUME,
        /** A watch ends by compaction only where one is ahead of it, and names it; nothing follows an end. */
        WATCH_END,
        /** A lease lives at least its TTL from its last renewal on. */
        LEASE_TTL,
        /** A lease that was reported gone stays gone. */
        LEASE_GONE
    }

    @Override
    public String toString() {
        return rule + ": " + text;
    }
}
