package io.drawbore.watch;

import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client that takes what it is sent, or stops reading until it is told to go on. */
final class Client implements WatchSink {
    private final BlockingQueue<EncodedMessage<WatchResponse>> received = new LinkedBlockingQueue<>();
    private final Queue<CompletableFuture<Void>> unread = new ArrayDeque<>();
    private final CompletableFuture<EtcdException> failure = new CompletableFuture<>();
    private boolean reads = true;
    private @Nullable Supplier<CompletionStage<Void>> instead;
    private long unreadBytes;
    private long mostUnreadBytes;

    @Override
    public synchronized CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
        if (instead != null) {
            return instead.get();
        }
        received.addAll(responses);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        if (reads) {
            taken.complete(null);
        } else {
            for (EncodedMessage<WatchResponse> response : responses) {
                unreadBytes += response.size();
            }
            mostUnreadBytes = Math.max(mostUnreadBytes, unreadBytes);
            unread.add(taken);
        }
        return taken;
    }

    @Override
    public void fail(EtcdException error) {
        failure.complete(error);
        if (instead() != null) {
            throw new IllegalStateException("a transport that is broken at its end too");
        }
    }

    private synchronized @Nullable Supplier<CompletionStage<Void>> instead() {
        return instead;
    }

    /** What it does from now on in place of taking what it is sent. */
    synchronized void failFromNowOn(Supplier<CompletionStage<Void>> how) {
        instead = how;
    }

    synchronized void stopReading() {
        reads = false;
    }

    void readOn() {
        Queue<CompletableFuture<Void>> all;
        synchronized (this) {
            reads = true;
            unreadBytes = 0;
            all = new ArrayDeque<>(unread);
            unread.clear();
        }
        all.forEach(taken -> taken.complete(null));
    }

    synchronized int handedOver() {
        return received.size();
    }

    /** The most bytes it was ever handed while it did not read. */
    synchronized long mostUnreadBytes() {
        return mostUnreadBytes;
    }

    boolean hasFailed() {
        return failure.isDone();
    }

    EtcdException failure() throws Exception {
        return failure.get(Watched.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    WatchResponse next() throws InterruptedException {
        return nextEncoded().parsed();
    }

    EncodedMessage<WatchResponse> nextEncoded() throws InterruptedException {
        EncodedMessage<WatchResponse> response = received.poll(Watched.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (response == null) {
            throw new AssertionError("no response came");
        }
        return response;
    }

    /** What came and was not looked at yet; does not wait. */
    List<WatchResponse> drain() {
        List<WatchResponse> all = new ArrayList<>();
        @Nullable EncodedMessage<WatchResponse> response = received.poll();
        while (response != null) {
            all.add(response.parsed());
            response = received.poll();
        }
        return all;
    }
}
