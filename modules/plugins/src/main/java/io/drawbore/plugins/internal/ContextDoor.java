package io.drawbore.plugins.internal;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The door that plug-ins have: it leads nowhere before the member has started and once it stops. One for all plug-ins.
 * Any thread.
 */
public final class ContextDoor extends ThroughDoor {
    private volatile @Nullable FrontDoor member;

    /** From now on it leads to the member. */
    public void open(FrontDoor door) {
        member = door;
    }

    /** From now on it leads nowhere. */
    public void shut() {
        member = null;
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
        FrontDoor door = member;
        return door == null ? stopped() : call.apply(door);
    }

    @Override
    <R extends Message> CompletableFuture<Void> passStream(
            DoorMethod method, Message request, ResponseSink<R> sink, Caller caller, Streaming<R> call) {
        FrontDoor door = member;
        return door == null ? stopped() : call.ask(door, sink);
    }

    private static <R> CompletableFuture<R> stopped() {
        return CompletableFuture.failedFuture(EtcdError.STOPPED.exception());
    }

    @Override
    public CompletableFuture<String> user(Caller caller) {
        FrontDoor door = member;
        return door == null ? stopped() : door.user(caller);
    }

    @Override
    public WatchStream watch(WatchSink sink, Caller caller) {
        FrontDoor door = member;
        if (door != null) {
            return door.watch(sink, caller);
        }
        sink.fail(EtcdError.STOPPED.exception());
        return new NoWatch();
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
