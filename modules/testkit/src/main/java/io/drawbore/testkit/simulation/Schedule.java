package io.drawbore.testkit.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time, and what happens in it: one event after the other, on the thread that asks for them. What is due at the
 * same moment happens in the order in which it was scheduled. One thread.
 */
public final class Schedule {
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long scheduled;
    private long happened;

    /** Something that will happen, unless it is cancelled. */
    private static final class Event {
        private final long at;
        private final long order;
        private final Runnable what;
        private boolean cancelled;

        Event(long at, long order, Runnable what) {
            this.at = at;
            this.order = order;
            this.what = what;
        }

        long at() {
            return at;
        }

        long order() {
            return order;
        }
    }

    /** Nothing has happened and nothing will. */
    public Schedule() {}

    /** Nanoseconds since the beginning. */
    public long now() {
        return now;
    }

    /** Events that have happened. */
    public long happened() {
        return happened;
    }

    /**
     * Lets something happen once, unless the answer is run before.
     *
     * @param nanos from now, from 0
     */
    public Runnable after(long nanos, Runnable what) {
        // what is never due within the time that fits is not due
        long at = nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + Math.max(0, nanos);
        Event event = new Event(at, scheduled++, what);
        events.add(event);
        return () -> event.cancelled = true;
    }

    /** Lets the next event happen; false where there is none. */
    public boolean step() {
        return stepUntil(Long.MAX_VALUE);
    }

    private boolean stepUntil(long end) {
        while (!events.isEmpty() && events.peek().at <= end) {
            Event next = events.remove();
            if (!next.cancelled) {
                now = next.at;
                happened++;
                next.what.run();
                return true;
            }
        }
        return false;
    }

    /** Lets so much time pass, with all that happens in it. */
    public void pass(Duration time) {
        long end = now + time.toNanos();
        while (stepUntil(end)) {
            // one after the other
        }
        now = end;
    }
}
