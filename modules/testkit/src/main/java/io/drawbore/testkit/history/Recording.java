package io.drawbore.testkit.history;

import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Owns a history while it is being made. One thread at a time: clients on several threads share a lock around it. Times
 * are nanoseconds of one clock; a call is recorded before its request is sent, an outcome after its answer has come.
 */
public final class Recording {
    private final List<Operation> operations = new ArrayList<>();
    private final List<Watching> watches = new ArrayList<>();

    private record Watching(
            int client, long created, WatchCreateRequest request, OptionalInt resumes,
            List<Watch.Received> responses) {
        Watch watch(int number) {
            return new Watch(number, client, created, request, resumes, responses);
        }
    }

    /** A recording of nothing yet. */
    public Recording() {}

    /** Records a call, whose outcome is unknown until it is told; answers the operation's number. */
    public int call(int client, long at, Request request) {
        operations.add(new Operation(operations.size(), client, at, request, new Outcome.Unknown()));
        return operations.size() - 1;
    }

    /** The operation was done, and answered so. */
    public void answer(int operation, long at, Response response) {
        end(operation, new Outcome.Answered(at, response));
    }

    /**
     * The operation was certainly not done.
     *
     * @param message etcd's text of the error
     */
    public void refuse(int operation, long at, String message) {
        end(operation, new Outcome.Refused(at, message));
    }

    private void end(int operation, Outcome outcome) {
        Operation called = operations.get(operation);
        if (!called.isUnknown()) {
            throw new IllegalStateException("it has an outcome: " + called);
        }
        operations.set(
                operation,
                new Operation(operation, called.client(), called.call(), called.request(), outcome));
    }

    /** Records that a watch is asked for; answers its number. */
    public int watch(int client, long at, WatchCreateRequest request) {
        watches.add(new Watching(client, at, request, OptionalInt.empty(), new ArrayList<>()));
        return watches.size() - 1;
    }

    /** Records that a watch is asked for that goes on where another was cut; answers its number. */
    public int resume(int watch, long at, WatchCreateRequest request) {
        watches.add(new Watching(
                watches.get(watch).client(), at, request, OptionalInt.of(watch), new ArrayList<>()));
        return watches.size() - 1;
    }

    /** A watch was sent a response. */
    public void receive(int watch, long at, WatchResponse response) {
        watches.get(watch).responses().add(new Watch.Received(at, response));
    }

    /** How far a watch is. */
    public long cursor(int watch) {
        return watches.get(watch).watch(watch).cursor();
    }

    /** The history so far. */
    public History history() {
        List<Watch> there = new ArrayList<>();
        for (int i = 0; i < watches.size(); i++) {
            there.add(watches.get(i).watch(i));
        }
        return new History(operations, there);
    }
}
