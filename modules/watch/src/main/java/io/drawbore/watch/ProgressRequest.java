package io.drawbore.watch;

import java.util.List;

/**
 * Somebody wants to know how far a stream's watchers have seen everything.
 *
 * @param connection the stream
 * @param due the watchers that are told one by one; empty where the client asked for all of them in one answer
 * @param revision what was published when it was asked: an answer speaks of no less
 */
record ProgressRequest(WatchConnection connection, List<Watcher> due, long revision) {}
