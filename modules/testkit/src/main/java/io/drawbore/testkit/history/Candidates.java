package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who can have made a revision that no answered write claims, by time alone. */
final class Candidates {
    private final Sightings sightings;
    /** Those of unknown outcome that may write, in the order of their calls. */
    private final List<Operation> unknown;
    private final Map<Written, List<Operation>> byValue = new HashMap<>();
    private final Map<Long, List<Operation>> revokes = new HashMap<>();
    private final long most;

    private record Written(ByteString key, ByteString value) {}

    Candidates(History history, Sightings sightings) {
        this.sightings = sightings;
        unknown = history.operations().stream()
                .filter(operation -> operation.isUnknown() && mayWrite(operation.request()))
                .sorted(Comparator.comparingLong(Operation::call))
                .toList();
        for (Operation operation : unknown) {
            puts(operation.request())
                    .map(put -> new Written(put.getKey(), put.getValue()))
                    .distinct()
                    .forEach(written -> byValue.computeIfAbsent(written, _ -> new ArrayList<>()).add(operation));
        }
        for (Operation operation : history.operations()) {
            if (operation.request() instanceof Request.Revoke && operation.response().isPresent()) {
                revokes.computeIfAbsent(operation.response().get().revision(), _ -> new ArrayList<>()).add(operation);
            }
        }
        // A lease ends once, by a revoke or by itself.
        long grants = history.operations().stream()
                .filter(operation -> operation.request() instanceof Request.Grant)
                .count();
        most = unknown.size() + revokes.values().stream().mapToInt(List::size).sum() + grants;
    }

    /** How many revisions they can have made at most. */
    long most() {
        return most;
    }

    private static boolean mayWrite(Request request) {
        return switch (request) {
            case Request.Put _, Request.DeleteRange _, Request.Txn _, Request.Revoke _ -> true;
            case Request.Range _, Request.Compact _, Request.Grant _, Request.KeepAlive _, Request.TimeToLive _ ->
                false;
        };
    }

    private static Stream<PutRequest> puts(Request request) {
        return switch (request) {
            case Request.Put put -> Stream.of(put.message());
            case Request.Txn txn -> puts(txn.message());
            default -> Stream.empty();
        };
    }

    private static Stream<PutRequest> puts(TxnRequest txn) {
        return Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream()).flatMap(Candidates::puts);
    }

    private static Stream<PutRequest> puts(RequestOp op) {
        return switch (op.getRequestCase()) {
            case REQUEST_PUT -> Stream.of(op.getRequestPut());
            case REQUEST_TXN -> puts(op.getRequestTxn());
            default -> Stream.empty();
        };
    }

    /**
     * Who can have made a revision: where a put of it was seen, those that put that; else first the revokes that were
     * answered with it, then whatever may have been done, then the leases that have keys.
     */
    List<Maker> of(long revision, Optional<KeyValue> put, List<Long> leases) {
        List<Maker> makers = new ArrayList<>();
        if (put.isPresent()) {
            Written written = new Written(put.get().getKey(), put.get().getValue());
            byValue.getOrDefault(written, List.of()).forEach(operation -> add(makers, operation, revision));
            // A put that keeps the value shows another's.
            unknown.stream()
                    .filter(operation -> puts(operation.request()).anyMatch(PutRequest::getIgnoreValue))
                    .forEach(operation -> add(makers, operation, revision));
            return makers;
        }
        revokes.getOrDefault(revision, List.of()).forEach(revoke -> add(makers, revoke, revision));
        unknown.forEach(operation -> add(makers, operation, revision));
        leases.forEach(lease -> makers.add(new Maker.Expiry(lease)));
        return makers;
    }

    /** It was called before anybody saw the revision, and what was seen before its call is older. */
    private void add(List<Maker> makers, Operation operation, long revision) {
        boolean calledInTime = sightings.first(revision).map(first -> operation.call() <= first.time()).orElse(true);
        boolean isNewer = sightings.before(operation.call()).map(seen -> seen.revision() < revision).orElse(true);
        if (calledInTime && isNewer) {
            makers.add(new Maker.Call(operation));
        }
    }
}
