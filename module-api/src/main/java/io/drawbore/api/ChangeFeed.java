package io.drawbore.api;

import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.List;

/**
 * Gets every committed change of keys, after it was applied at this member, in the order of revisions and at least
 * once. Each member that has the plug-in feeds for itself.
 *
 * <p><b>Cursor.</b> The host keeps, durably, the newest revision whose changes were delivered: a revision counts as
 * delivered once {@link #deliver} has returned for it. The cursor is written at most once a second and at the stop, so
 * after a crash what came last is delivered again. A feed that knows better (it reads where its own file ends) answers
 * that from {@link #open}.
 *
 * <p><b>Compaction.</b> Where history up to beyond the cursor was compacted away meanwhile, the feed gets
 * {@link Item.Gap}, then what all keys are at one revision as any number of {@link Item.State}, then
 * {@link Item.StateEnd}; then changes again. All keys are read, into a file of the plug-in's folder, before the gap is
 * told: no compaction breaks them off, however slow the feed is; changes that are compacted meanwhile are a gap of
 * their own. Where the feed fails or is stopped in between, it begins with a new gap.
 *
 * <p><b>Threads.</b> One thread of the feed's own calls, never two at once; it may wait for as long as it likes. <b>
 * Limits.</b> While it waits, a few items are kept for it and the rest is read from the store when its time comes: a
 * slow feed costs a few MiB, or one revision where that is more, and delays nobody. An item holds whole revisions: up
 * to 1,000 changes or 1 MiB, more only where one revision alone is larger. <b>Errors.</b> What {@code deliver} throws
 * is logged and counted; it is called again from the cursor on after a pause, doubled from 100 ms up to 30 s until the
 * cursor is beyond all before. A thread that it leaves interrupted is not so at the next call.
 */
public interface ChangeFeed {
    /**
     * Its name, under which the cursor is kept: lower-case letters, digits and dashes; unique in a distribution.
     */
    String name();

    /**
     * Begins, at the member's start and after each failure.
     *
     * @param cursor the newest revision that the host knows was delivered; 0 before anything was
     * @return the revision after which to go on: {@code cursor}, or what the feed knows better; at least 0. What lies
     *     beyond this member's own revision is taken for that revision
     * @throws Exception as from {@link #deliver}
     */
    default long open(long cursor) throws Exception {
        return cursor;
    }

    /**
     * Takes an item; on return its changes must be as durable as the feed promises them to be.
     *
     * @throws Exception where it can't be taken now: it will come again
     */
    void deliver(Item item) throws Exception;

    /** Ends, at the member's stop: after the last {@link #deliver}, on the same thread. */
    default void close() throws Exception {}

    /** What a feed is told. */
    sealed interface Item {
        /**
         * All changes of one or more whole revisions.
         *
         * @param revision the newest of them
         * @param events in order; not empty; without the values before the change
         */
        record Changes(long revision, List<Event> events) implements Item {
            /** Keeps a copy of the list. */
            public Changes {
                events = List.copyOf(events);
            }
        }

        /**
         * Changes are missing. What the feed knows of keys is no longer true; what they are follows.
         *
         * @param cursor the last revision that was delivered
         * @param compactRevision history up to here is gone
         * @param revision the one whose state follows
         */
        record Gap(long cursor, long compactRevision, long revision) implements Item {}

        /**
         * Some of the keys there are.
         *
         * @param revision at which they are so
         * @param keys in the order of keys; not empty
         */
        record State(long revision, List<KeyValue> keys) implements Item {
            /** Keeps a copy of the list. */
            public State {
                keys = List.copyOf(keys);
            }
        }

        /**
         * All keys have been told.
         *
         * @param revision the cursor from now on
         */
        record StateEnd(long revision) implements Item {}
    }
}
