/**
 * Owns watchers and their streams.
 *
 * <p>The apply thread tells {@link io.drawbore.watch.WatchHub} of every committed revision and never waits. A watcher
 * that keeps up is handed the rows there and then; one whose stream is full falls behind and reads the store itself,
 * on the hub's threads, until it has caught up. A watcher's cursor only grows, and all that a stream says (events,
 * answers, progress) travels in one queue, so that clients see one order.
 *
 * <p>Locks: the hub's before a stream's, never the other way round.
 */
package io.drawbore.watch;
