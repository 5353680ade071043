package io.drawbore.plugins.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StatusCode;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeStreamResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a feed reads of the member: all keys, as they change or as they are. The member hands over a part at a time, and
 * the next once what it handed over is {@link Part#taken}. So a source holds, however slow its feed is, 256 KiB of
 * changes and those of one read of history besides, 1 MiB or one revision where that is more; or one part of the keys,
 * about twice the largest request at the most. The member adds on threads of its own; the feed's thread takes.
 */
final class FeedSource implements AutoCloseable {
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});
    private static final ByteString NO_END = FIRST_KEY;

    private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
    private @Nullable WatchStream stream;

    /** What the member has handed over. */
    sealed interface Part {
        /** It has been dealt with. */
        default void taken() {}

        /** Changes, or what the member says of the watcher. */
        record Responses(List<WatchResponse> responses, CompletableFuture<Void> passedOn) implements Part {
            @Override
            public void taken() {
                passedOn.complete(null);
            }
        }

        /** Some of the keys there are. */
        record Keys(RangeStreamResponse chunk, CompletableFuture<Void> passedOn) implements Part {
            @Override
            public void taken() {
                passedOn.complete(null);
            }
        }

        /** All keys have been handed over. */
        record NoMoreKeys() implements Part {}

        /** Nothing; somebody wants to be noticed. */
        record Wake() implements Part {}

        /** There is nothing more, for a reason of the member's. */
        record Broken(EtcdException why) implements Part {}
    }

    /** This member's own revision. */
    static CompletableFuture<Long> revision(FrontDoor door) {
        return door.range(
                        RangeRequest.newBuilder()
                                .setKey(FIRST_KEY)
                                .setSerializable(true)
                                .build(),
                        Caller.SELF)
                .thenApply(answer -> answer.getHeader().getRevision());
    }

    /** All changes from a revision on. */
    static FeedSource changes(FrontDoor door, long from) {
        FeedSource source = new FeedSource();
        WatchStream stream = door.watch(source.new Watched(), Caller.SELF);
        source.stream = stream;
        stream.accept(WatchRequest.newBuilder()
                .setCreateRequest(WatchCreateRequest.newBuilder()
                        .setKey(FIRST_KEY)
                        .setRangeEnd(NO_END)
                        .setStartRevision(from))
                .build());
        return source;
    }

    /** All keys at a revision. */
    static FeedSource keys(FrontDoor door, long revision) {
        FeedSource source = new FeedSource();
        ResponseSink<RangeStreamResponse> sink = source::add;
        RangeRequest all = RangeRequest.newBuilder()
                .setKey(FIRST_KEY)
                .setRangeEnd(NO_END)
                .setRevision(revision)
                .setSerializable(true)
                .build();
        var _ = door.rangeStream(all, sink, Caller.SELF)
                .whenComplete((_, failure) -> source.parts.add(
                        failure == null ? new Part.NoMoreKeys() : new Part.Broken(EtcdException.of(failure))));
        return source;
    }

    private CompletionStage<Void> add(RangeStreamResponse chunk) {
        CompletableFuture<Void> passedOn = new CompletableFuture<>();
        parts.add(new Part.Keys(chunk, passedOn));
        return passedOn;
    }

    /** Waits for the next part, for a while; null where none came. */
    @Nullable Part next(long nanos) throws InterruptedException {
        return parts.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** The next part where one is there. */
    @Nullable Part nextNow() {
        return parts.poll();
    }

    /** Lets whoever waits for a part look up. Any thread. */
    void wake() {
        parts.add(new Part.Wake());
    }

    /** Lets the member go. What it hands over from now on is refused, as by a client that has gone. */
    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
        EtcdException gone = new EtcdException(StatusCode.CANCELLED, "the feed has ended");
        for (Part left = parts.poll(); left != null; left = parts.poll()) {
            if (left instanceof Part.Keys keys) {
                keys.passedOn().completeExceptionally(gone);
            }
        }
    }

    private final class Watched implements WatchSink {
        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
            CompletableFuture<Void> passedOn = new CompletableFuture<>();
            List<WatchResponse> parsed = new ArrayList<>(responses.size());
            responses.forEach(response -> parsed.add(response.parsed()));
            parts.add(new Part.Responses(parsed, passedOn));
            return passedOn;
        }

        @Override
        public void fail(EtcdException error) {
            parts.add(new Part.Broken(error));
        }
    }
}
