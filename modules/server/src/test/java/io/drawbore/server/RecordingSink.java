package io.drawbore.server;

import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that reads at once. */
final class RecordingSink implements WatchSink {
    private final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();

    @Override
    public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> sent) {
        sent.forEach(response -> responses.add(response.parsed()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void fail(EtcdException error) {
        throw error;
    }

    WatchResponse next() throws InterruptedException {
        WatchResponse response = responses.poll(60, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response came");
        }
        return response;
    }
}
