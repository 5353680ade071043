package io.drawbore.api;

import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The client's end of a watch stream. Implemented by a transport, called by one thread at a time. What it throws ends
 * its stream, and so does an answer that is null.
 */
public interface WatchSink {
    /**
     * Hands over responses. Responses are sent in the order of the list and of the calls. Does not wait for the client.
     *
     * @param responses at least one; their pieces may be shared with other streams and are not changed
     * @return completes when the transport has passed on the bytes of all and wants more; fails when the stream is gone
     */
    CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses);

    /** Hands over one response, as above. */
    default CompletionStage<Void> send(WatchResponse response) {
        return send(List.of(EncodedMessage.of(response)));
    }

    /** Ends the stream with an error. Nothing is sent afterwards. */
    void fail(EtcdException error);
}
