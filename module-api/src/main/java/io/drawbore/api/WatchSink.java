package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.concurrent.CompletionStage;

/** The client's end of a watch stream. Implemented by a transport, called by one thread at a time. */
public interface WatchSink {
    /**
     * Hands over a response. Responses are sent in the order of the calls.
     *
     * @return completes when the transport has passed the bytes on and wants more; fails when the stream is gone
     */
    CompletionStage<Void> send(WatchResponse response);

    /** Ends the stream with an error. Nothing is sent afterwards. */
    void fail(EtcdException error);
}
