package io.drawbore.rpc;

import static io.drawbore.rpc.TestEndpoint.PATIENCE_SECONDS;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's end of a stream, which reads only as much as it is told to. */
class StreamClient<Q extends Message, R extends Message> extends ClientCall.Listener<R> {
    final ClientCall<Q, R> call;
    final BlockingQueue<R> responses = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> closed = new CompletableFuture<>();

    StreamClient(TestEndpoint endpoint, String path, MethodType type, Q request, R response, Metadata metadata) {
        call = endpoint.channel.newCall(TestEndpoint.method(type, path, request, response), CallOptions.DEFAULT);
        call.start(this, metadata);
    }

    R next() throws InterruptedException {
        R response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response; closed: " + closed.getNow(null));
        }
        return response;
    }

    Status status() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(R message) {
        responses.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        closed.complete(status);
    }
}
