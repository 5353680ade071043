package io.drawbore.watch;

import java.util.List;

/**
 * Somebody wants to know how far a stream's watchers have seen everything.
 *
 * @param connection the stream
 * @param watchers those that there were when it was asked; at least one
 * @param together whether one answer speaks of all, or each is told of its own
 * @param revision what was published when it was asked: an answer speaks of no less
 */
record ProgressRequest(WatchConnection connection, List<Watcher> watchers, boolean together, long revision) {}
