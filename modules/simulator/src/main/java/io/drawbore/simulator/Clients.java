package io.drawbore.simulator;

import com.google.protobuf.Message;
import io.drawbore.api.Caller;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.ResponseSink;
import io.drawbore.api.StorageException;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.SnapshotResponse;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.testkit.history.History;
import io.drawbore.testkit.history.Recording;
import io.drawbore.testkit.history.Request;
import io.drawbore.testkit.history.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a cluster: they ask its members, write down what they were answered, and watch. A call of which no
 * answer comes back, or one that says nothing, is one whose outcome nobody knows. One thread.
 */
final class Clients {
    /** Errors that say for certain that nothing was done. */
    private static final Set<String> REFUSALS = Set.of(
            EtcdError.COMPACTED.text(),
            EtcdError.FUTURE_REV.text(),
            EtcdError.LEASE_NOT_FOUND.text(),
            EtcdError.LEASE_EXIST.text(),
            EtcdError.KEY_NOT_FOUND.text(),
            EtcdError.NO_SPACE.text());

    private final SimulatedCluster cluster;
    private final Wishes wishes;
    private final Tenants tenants = new Tenants();
    private final Recording recording = new Recording();
    private final List<Viewer> viewers = new ArrayList<>();
    private final Viewer observer;
    private long newest = 1;
    private int reconnects;
    private final int founders;

    Clients(SimulatedCluster cluster, Wishes wishes) {
        this.cluster = cluster;
        this.wishes = wishes;
        founders = cluster.machines().size();
        observer = new Viewer(PlanDrawing.CLIENTS, Wishes.everything(), Duration.ZERO, recording, cluster);
        viewers.add(observer);
    }

    History history() {
        return recording.history();
    }

    /** The newest revision that any of them was answered. */
    long newest() {
        return newest;
    }

    /** The leases that they have asked for, the newest last. */
    List<Long> leases() {
        return wishes.leases();
    }

    /** Up to which revision the watch over everything has come. */
    long observed() {
        return observer.cursor();
    }

    void ask(Step.Ask ask) {
        List<Machine> machines = cluster.machines();
        Machine machine = machines.get(ask.machine() % machines.size());
        if (machine.isRunning()) {
            cluster.tally().count(Tally.Event.REMOVED_MEMBER_ASKED, machine.isDismissed() ? 1 : 0);
            cluster.tally().count(Tally.Event.JOINED_MEMBER_ASKED, ask.machine() >= founders ? 1 : 0);
            var _ = ask(ask.client(), machine, wishes.request(ask, newest, observer.cursor()));
        }
    }

    void keep(Step.Keep keep) {
        Machine machine = cluster.machines().get(keep.machine());
        if (machine.isRunning()) {
            Message request = tenants.request(keep);
            // the number after the last of the others, who is the observer
            int client = PlanDrawing.CLIENTS + 1 + keep.tenant();
            ask(client, machine, request, answer -> tenants.answered(keep, request, answer));
        }
    }

    /** Asks a running member; answers whether an answer came, never where none comes. */
    CompletableFuture<Boolean> ask(int client, Machine machine, Message request) {
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        ask(client, machine, request, answer -> answered.complete(answer != null));
        return answered;
    }

    /** @param then told the answer, or that there is none since it is refused; never where nothing comes back */
    private void ask(int client, Machine machine, Message request, Consumer<@Nullable Message> then) {
        int call = recording.call(client, cluster.schedule().now(), Request.of(request));
        FrontDoor door = machine.server();
        machine.soon(() -> {
            var _ = send(door, request).whenComplete((answer, failure) -> {
                end(machine, call, answer, failure);
                then.accept(answer);
            });
        });
    }

    private static CompletableFuture<? extends Message> send(FrontDoor door, Message request) {
        return switch (request) {
            case PutRequest put -> door.put(put, Caller.SELF);
            case DeleteRangeRequest delete -> door.deleteRange(delete, Caller.SELF);
            case RangeRequest range -> door.range(range, Caller.SELF);
            case TxnRequest txn -> door.txn(txn, Caller.SELF);
            case CompactionRequest compaction -> door.compact(compaction, Caller.SELF);
            case LeaseGrantRequest grant -> door.leaseGrant(grant, Caller.SELF);
            case LeaseRevokeRequest revoke -> door.leaseRevoke(revoke, Caller.SELF);
            case LeaseKeepAliveRequest renewal -> door.leaseKeepAlive(renewal, Caller.SELF);
            case LeaseTimeToLiveRequest question -> door.leaseTimeToLive(question, Caller.SELF);
            default -> throw new IllegalArgumentException("nobody asks for " + request.getClass());
        };
    }

    private void end(Machine machine, int call, @Nullable Message answer, @Nullable Throwable failure) {
        long now = cluster.schedule().now();
        if (answer != null) {
            cluster.trace().add(Trace.Fact.ANSWERED, now, call, answer.toByteString());
            Response response = Response.of(answer);
            newest = Math.max(newest, response.revision());
            recording.answer(call, now, response);
            return;
        }
        Throwable reason = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (reason instanceof EtcdException error) {
            cluster.trace().add(Trace.Fact.REFUSED, now, call, Wishes.bytes(error.text()));
            if (REFUSALS.contains(error.text())) {
                recording.refuse(call, now, error.text());
            }
        } else {
            cluster.invariants().fail(machine.name() + " answers call " + call + " with " + reason);
        }
    }

    // ---- snapshots

    /** Takes a snapshot; what it holds is a read like any other. */
    void takeSnapshot(Step.TakeSnapshot take) {
        Machine machine = cluster.machines().get(take.machine());
        if (machine.isRunning()) {
            int call = recording.call(
                    take.client(), cluster.schedule().now(), Request.of(TakenSnapshot.EVERYTHING));
            machine.soon(() -> takeSnapshot(machine, call));
        }
    }

    /** Snapshots have threads of their own in a member; nothing else goes on while this one is waited for. */
    private void takeSnapshot(Machine machine, int call) {
        List<SnapshotResponse> messages = new ArrayList<>();
        ResponseSink<SnapshotResponse> sink = message -> {
            messages.add(message);
            return CompletableFuture.completedFuture(null);
        };
        try {
            machine.server().snapshot(sink, Caller.SELF).join();
        } catch (CompletionException e) {
            boolean disk = machine.hasFailingDisk() || machine.isDamaged();
            if (!(e.getCause() instanceof EtcdException) && !disk) {
                cluster.invariants().fail(machine.name() + " answers a snapshot with " + e.getCause());
            }
            return;
        }
        try {
            end(machine, call, TakenSnapshot.restored(messages), null);
            cluster.tally().count(Tally.Event.SNAPSHOT_JUDGED);
        } catch (StorageException e) {
            cluster.invariants().fail(machine.name() + " gives a snapshot that is none: " + e.getMessage());
        }
    }

    // ---- watches

    void watch(Step.Watch step) {
        Machine machine = cluster.machines().get(step.machine());
        if (machine.isRunning()) {
            Duration slowness = Long.remainderUnsigned(step.choice(), 4) == 0 ? Duration.ofMillis(700) : Duration.ZERO;
            Viewer viewer = new Viewer(
                    step.client(), Wishes.watch(step.choice(), newest), slowness, recording, cluster);
            viewers.add(viewer);
            viewer.connect(machine);
        }
    }

    void touch(Step.TouchWatch step) {
        SplittableRandom random = new SplittableRandom(step.choice());
        Viewer viewer = viewers.get(random.nextInt(viewers.size()));
        Machine machine = cluster.machines().get(step.machine());
        if (viewer.isOver()) {
            return;
        }
        if (random.nextInt(3) == 0) {
            viewer.askProgress();
        } else if (machine.isRunning()) {
            viewer.cut();
            viewer.connect(machine);
        }
    }

    /** Has watches go on whose stream broke; to be called now and then. */
    void reconnect() {
        List<Machine> running = cluster.machines().stream().filter(Machine::isRunning).toList();
        for (Viewer viewer : viewers) {
            if (viewer.isCut() && !running.isEmpty()) {
                viewer.cut();
                viewer.connect(running.get(reconnects++ % running.size()));
            }
        }
        if (observer.isOver()) {
            cluster.invariants().fail("the watch over everything was ended, though nothing was compacted ahead of it");
        }
    }
}
