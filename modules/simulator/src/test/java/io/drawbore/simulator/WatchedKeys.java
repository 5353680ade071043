package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchProgressRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A client with one watcher of all keys, which notes what is wrong in what it is sent: an event that is older than what
 * it asked for, comes again, or comes after the word that all up to it has come.
 */
final class WatchedKeys implements WatchSink {
    private final long from;
    private final WatchStream stream;
    private final List<String> events = new ArrayList<>();
    private final List<Long> progress = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final Queue<CompletableFuture<Void>> unread = new ArrayDeque<>();
    private boolean reads = true;
    private long seenUpTo;
    private long compactRevision;
    private boolean canceled;

    /**
     * Watches from now on.
     *
     * @param from the first revision wanted, 0 for what comes
     */
    WatchedKeys(Machine machine, long from) {
        this.from = from;
        seenUpTo = from - 1;
        stream = machine.server().watch(this, Caller.SELF);
        stream.accept(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(Scene.bytes("\0"))
                        .setRangeEnd(Scene.bytes("\0"))
                        .setStartRevision(from))
                .build());
    }

    /** Asks how far it has been served. */
    void asksForProgress() {
        stream.accept(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
    }

    /** Takes no more until it reads on. */
    void stopsReading() {
        reads = false;
    }

    void readsOn() {
        reads = true;
        List<CompletableFuture<Void>> all = List.copyOf(unread);
        unread.clear();
        all.forEach(one -> one.complete(null));
    }

    @Override
    public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
        responses.forEach(response -> look(response.parsed()));
        CompletableFuture<Void> taken = new CompletableFuture<>();
        if (reads) {
            taken.complete(null);
        } else {
            unread.add(taken);
        }
        return taken;
    }

    private void look(WatchResponse response) {
        if (response.getCanceled()) {
            canceled = true;
            compactRevision = response.getCompactRevision();
        } else if (!response.getCreated() && response.getEventsCount() == 0) {
            long told = response.getHeader().getRevision();
            progress.add(told);
            seenUpTo = Math.max(seenUpTo, told);
        }
        // the changes of one revision come together
        long before = seenUpTo;
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            if (revision <= before) {
                wrong.add("an event of revision " + revision + " when all up to " + before
                        + " had been told, or was not wanted");
            }
            seenUpTo = Math.max(seenUpTo, revision);
            events.add(event.getType() + " " + event.getKv().getKey().toStringUtf8() + " " + revision);
        }
    }

    @Override
    public void fail(EtcdException error) {
        wrong.add("the stream ended: " + error.text());
    }

    /** The events so far, as "PUT key revision"; fails where anything was wrong. */
    List<String> events() {
        assertEquals(List.of(), wrong, () -> "watched from " + from);
        return List.copyOf(events);
    }

    /** The revisions up to which it was told that it has seen all. */
    List<Long> progress() {
        return List.copyOf(progress);
    }

    boolean isCanceled() {
        return canceled;
    }

    /** What it was told when it was cancelled: history below is gone. */
    long compactRevision() {
        return compactRevision;
    }
}
