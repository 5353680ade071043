package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.testkit.history.LinearizabilitySearch.Result;
import io.drawbore.testkit.history.Recording;
import io.drawbore.testkit.history.Request;
import io.drawbore.testkit.history.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who can have had the lock after whom, with leases of ten seconds; times are seconds. */
class LockCheckTest {
    private static final long ONE = 7_001;
    private static final long OTHER = 7_002;

    private final Recording recording = new Recording();

    LockCheckTest() {
        granted(ONE);
        granted(OTHER);
    }

    private void did(long at, Message request, Message response) {
        long nanos = Duration.ofSeconds(at).toNanos();
        recording.answer(recording.call(1, nanos, Request.of(request)), nanos + 1, Response.of(response));
    }

    private void granted(long lease) {
        did(
                0,
                LeaseGrantRequest.newBuilder().setID(lease).setTTL(10).build(),
                LeaseGrantResponse.newBuilder().setID(lease).setTTL(10).build());
    }

    private void takes(long lease, long at, boolean taken) {
        did(at, Wishes.lock(lease, (int) at), TxnResponse.newBuilder().setSucceeded(taken).build());
    }

    private void renews(long lease, long at) {
        did(
                at,
                LeaseKeepAliveRequest.newBuilder().setID(lease).build(),
                LeaseKeepAliveResponse.newBuilder().setID(lease).setTTL(10).build());
    }

    private Result judged() {
        return new LockCheck(Duration.ofSeconds(1)).judge(recording.history());
    }

    @Test
    void theLockIsFreeAgainWhenALeaseCanHaveEnded() {
        takes(ONE, 1, true);
        takes(OTHER, 5, false);
        renews(OTHER, 8);
        takes(OTHER, 9, true);
        assertInstanceOf(Result.Linearizable.class, judged());
    }

    @Test
    void twoHoldersAreRejected() {
        takes(ONE, 1, true);
        takes(OTHER, 8, true);
        assertInstanceOf(Result.Impossible.class, judged());
    }

    @Test
    void aHolderThatWasRenewedKeepsTheLock() {
        takes(ONE, 1, true);
        renews(ONE, 5);
        takes(OTHER, 10, true);
        assertInstanceOf(Result.Impossible.class, judged());
    }

    @Test
    void aRevokedLeaseGivesTheLockBackAtOnce() {
        takes(ONE, 1, true);
        did(2, LeaseRevokeRequest.newBuilder().setID(ONE).build(), LeaseRevokeResponse.getDefaultInstance());
        takes(OTHER, 3, true);
        assertInstanceOf(Result.Linearizable.class, judged());
    }

    @Test
    void aLockThatNobodyHasIsNotRefused() {
        takes(ONE, 1, false);
        assertInstanceOf(Result.Impossible.class, judged());
    }

    @Test
    void whoseAnswerWasLostMayHaveIt() {
        recording.call(2, Duration.ofSeconds(1).toNanos(), Request.of(Wishes.lock(OTHER, 1)));
        takes(ONE, 2, false);
        assertInstanceOf(Result.Linearizable.class, judged());
    }
}
