package io.drawbore.simulator;

import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.testkit.history.History;
import io.drawbore.testkit.history.LinearizabilitySearch;
import io.drawbore.testkit.history.LinearizabilitySearch.Call;
import io.drawbore.testkit.history.LockModel;
import io.drawbore.testkit.history.Operation;
import io.drawbore.testkit.history.Request;
import io.drawbore.testkit.history.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Judges the lock that clients take for as long as a lease lives ({@link Wishes#LOCK}), by who was told when that it is
 * taken, whatever revisions say: no two leases hold it at a time. A lease gives it back when it ends, which is nobody's
 * call; it is one of unknown outcome from when the lease can have ended at the earliest. One thread.
 */
final class LockCheck {
    private static final int STEPS = 100_000;

    private final Duration tolerance;
    /** Since when each lease can have ended, in nanoseconds, and not before. */
    private final Map<Long, Long> renewedUntil = new TreeMap<>();

    private final Map<Long, Long> revoked = new TreeMap<>();
    private final List<Call<LockModel.Ask, LockModel.Said>> calls = new ArrayList<>();
    private long taken;
    private long held;

    /**
     * Judges nothing yet.
     *
     * @param tolerance how much earlier than its TTL a lease may end
     */
    LockCheck(Duration tolerance) {
        this.tolerance = tolerance;
    }

    /** Calls that took the lock. */
    long taken() {
        return taken;
    }

    /** Calls that were told that another has it. */
    long held() {
        return held;
    }

    /** What the search found. */
    LinearizabilitySearch.Result judge(History history) {
        history.operations().forEach(this::sort);
        List<Long> leases =
                calls.stream().map(call -> (long) call.request().client()).distinct().sorted().toList();
        leases.forEach(this::end);
        return new LinearizabilitySearch<>(new LockModel(), STEPS).search(calls);
    }

    private void sort(Operation operation) {
        switch (operation.request()) {
            case Request.Grant grant ->
                renew(operation, grant.message().getID(), grant.message().getTTL());
            case Request.KeepAlive renewal when operation.response().orElse(null) instanceof Response.KeepAlive alive
                    && alive.message().getTTL() > 0 ->
                renew(operation, renewal.message().getID(), alive.message().getTTL());
            case Request.Revoke revoke ->
                revoked.merge(revoke.message().getID(), operation.call(), Math::min);
            case Request.Txn txn when isLock(txn.message()) -> acquire(operation, txn.message());
            default -> { }
        }
    }

    private void renew(Operation operation, long lease, long seconds) {
        long until = operation.call() + Duration.ofSeconds(seconds).minus(tolerance).toNanos();
        renewedUntil.merge(lease, until, Math::max);
    }

    private static boolean isLock(TxnRequest txn) {
        return txn.getCompareCount() == 1 && txn.getCompare(0).getKey().equals(Wishes.LOCK);
    }

    private void acquire(Operation operation, TxnRequest txn) {
        Optional<LockModel.Said> said = operation.response()
                .map(response -> ((Response.Txn) response).message().getSucceeded()
                        ? LockModel.Said.DONE
                        : LockModel.Said.NOT_YOURS);
        if (said.isEmpty() && !operation.isUnknown()) {
            return;
        }
        taken += said.equals(Optional.of(LockModel.Said.DONE)) ? 1 : 0;
        held += said.equals(Optional.of(LockModel.Said.NOT_YOURS)) ? 1 : 0;
        int lease = (int) txn.getSuccess(0).getRequestPut().getLease();
        calls.add(new Call<>(
                operation.toString(), operation.call(), operation.returned(), new LockModel.Ask(lease, true), said));
    }

    private void end(long lease) {
        long at = Math.min(
                renewedUntil.getOrDefault(lease, Long.MIN_VALUE), revoked.getOrDefault(lease, Long.MAX_VALUE));
        calls.add(new Call<>(
                "the end of lease " + lease + " at " + at + " or later",
                at,
                OptionalLong.empty(),
                new LockModel.Ask((int) lease, false),
                Optional.empty()));
    }
}
