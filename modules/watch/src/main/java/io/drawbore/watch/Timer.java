package io.drawbore.watch;

import java.time.Duration;

/** Has things done later. Any thread. */
@FunctionalInterface
interface Timer {
    /** Has something done once, unless the answer is run before. */
    Runnable after(Duration delay, Runnable task);
}
