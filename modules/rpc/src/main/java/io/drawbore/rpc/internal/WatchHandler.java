package io.drawbore.rpc.internal;

import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Joins a transport's stream to the watch room. Stateless; any thread. */
final class WatchHandler implements StreamHandler<WatchRequest, WatchResponse> {
    private final FrontDoor door;

    WatchHandler(FrontDoor door) {
        this.door = door;
    }

    @Override
    public Input<WatchRequest> open(Output<WatchResponse> output, Caller caller) {
        WatchStream stream = door.watch(new WatchSink() {
            @Override
            public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
                return output.send(responses);
            }

            @Override
            public void fail(EtcdException error) {
                output.end(RpcStatus.of(error));
            }
        }, caller);
        return new Input<>() {
            @Override
            public void message(WatchRequest request) {
                stream.accept(request);
            }

            // As in etcd, whoever has said all he had to say may go on listening; the gateway lives by it.
            @Override
            public void halfClosed() {}

            @Override
            public void closed() {
                stream.close();
            }
        };
    }
}
