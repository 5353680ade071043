package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.WatchRequest;

/** The server's end of a watch stream: many watchers, one order. Calls from one thread at a time; none blocks. */
public interface WatchStream extends AutoCloseable {
    /** Creates or cancels a watcher, or asks for progress. Answers come through the sink. */
    void accept(WatchRequest request);

    /** Ends all watchers of the stream. Safe to call twice. */
    @Override
    void close();
}
