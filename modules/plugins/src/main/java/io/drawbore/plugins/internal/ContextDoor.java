package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.metrics.Counter;
import io.drawbore.plugins.Fence;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The door that one plug-in has: it leads nowhere before the member has started and once it stops. The plug-in hears of
 * answers on threads of its own, and its sinks are called on them; none of its code runs on the member's. Any thread.
 */
public final class ContextDoor extends ThroughDoor implements AutoCloseable {
    private final AnswerThreads answers;
    private final Counter failures;
    private final FailureLog log;
    private volatile @Nullable FrontDoor member;

    /** A door of the plug-in behind a fence. Once for each. */
    ContextDoor(Fence fence, Fence.Surroundings host) {
        answers = new AnswerThreads(fence);
        failures = fence.failures("door");
        log = new FailureLog(Text.where("a sink", "", fence.plugin()), host.workers());
    }

    /** From now on it leads to the member. */
    public void open(FrontDoor door) {
        member = door;
    }

    /** From now on it leads nowhere. */
    public void shut() {
        member = null;
    }

    /** Interrupts what the plug-in does with answers. */
    @Override
    public void close() {
        answers.close();
    }

    @Override
    FrontDoor behind() {
        FrontDoor door = member;
        if (door == null) {
            throw EtcdError.STOPPED.exception();
        }
        return door;
    }

    @Override
    <R> CompletableFuture<R> pass(
            DoorMethod method, Message request, Caller caller, Function<FrontDoor, CompletableFuture<R>> call) {
        return asked(call);
    }

    @Override
    <R extends Message> CompletableFuture<Void> passStream(
            DoorMethod method, Message request, ResponseSink<R> sink, Caller caller, Streaming<R> call) {
        SinkLane lane = lane();
        return asked(door -> call.ask(door, response -> lane.send(() -> sink.send(response), () -> {})));
    }

    private <R> CompletableFuture<R> asked(Function<FrontDoor, CompletableFuture<R>> call) {
        FrontDoor door = member;
        if (door == null) {
            return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
        }
        if (answers.areBehind()) {
            return CompletableFuture.failedFuture(EtcdError.REQUEST_TOO_MANY_REQUESTS.exception());
        }
        return answers.told(call.apply(door));
    }

    private SinkLane lane() {
        return new SinkLane(answers, thrown -> {
            failures.increment();
            log.failed("threw " + thrown.what(), thrown);
        });
    }

    @Override
    public CompletableFuture<String> user(Caller caller) {
        return asked(door -> door.user(caller));
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        FrontDoor door = member;
        if (door != null) {
            return door.watch(new OwnSink(sink, lane()), caller);
        }
        sink.fail(EtcdError.STOPPED.exception());
        return new NoWatch();
    }

    /** The plug-in's end of a watch stream. */
    private record OwnSink(WatchSink sink, SinkLane lane) implements WatchSink {
        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> responses) {
            return lane.send(() -> sink.send(responses), () -> sink.fail(EtcdError.STOPPED.exception()));
        }

        @Override
        public void fail(EtcdException error) {
            lane.tell(() -> sink.fail(error));
        }
    }

    @Override
    public boolean hasLeader() {
        FrontDoor door = member;
        return door != null && door.hasLeader();
    }

    @Override
    public Set<AlarmType> alarms() {
        FrontDoor door = member;
        return door == null ? Set.of() : door.alarms();
    }

    /** A stream that has ended before it began. */
    private static final class NoWatch implements WatchStream {
        @Override
        public void accept(WatchRequest request) {}

        @Override
        public void close() {}
    }
}
