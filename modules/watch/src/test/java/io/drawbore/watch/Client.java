package io.drawbore.watch;

import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that takes what it is sent, or stops reading until it is told to go on. */
final class Client implements WatchSink {
    private final BlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
    private final Queue<CompletableFuture<Void>> unread = new ArrayDeque<>();
    private boolean reads = true;

    @Override
    public synchronized CompletionStage<Void> send(WatchResponse response) {
        received.add(response);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        if (reads) {
            taken.complete(null);
        } else {
            unread.add(taken);
        }
        return taken;
    }

    @Override
    public void fail(EtcdException error) {
        throw error;
    }

    synchronized void stopReading() {
        reads = false;
    }

    void readOn() {
        Queue<CompletableFuture<Void>> all;
        synchronized (this) {
            reads = true;
            all = new ArrayDeque<>(unread);
            unread.clear();
        }
        all.forEach(taken -> taken.complete(null));
    }

    synchronized int handedOver() {
        return received.size();
    }

    WatchResponse next() throws InterruptedException {
        WatchResponse response = received.poll(30, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response came");
        }
        return response;
    }
}
