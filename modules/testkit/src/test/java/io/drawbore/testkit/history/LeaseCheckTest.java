package io.drawbore.testkit.history;

import static io.drawbore.testkit.history.Story.created;
import static io.drawbore.testkit.history.Story.deleteEvent;
import static io.drawbore.testkit.history.Story.events;
import static io.drawbore.testkit.history.Story.everything;
import static io.drawbore.testkit.history.Story.grant;
import static io.drawbore.testkit.history.Story.granted;
import static io.drawbore.testkit.history.Story.header;
import static io.drawbore.testkit.history.Story.kv;
import static io.drawbore.testkit.history.Story.put;
import static io.drawbore.testkit.history.Story.putEvent;
import static io.drawbore.testkit.history.Story.renew;
import static io.drawbore.testkit.history.Story.renewed;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.testkit.history.Violation.Rule;
import org.junit.jupiter.api.Test;

/** Leases of ten seconds that live as long as they must, and some that don't. The clocks may differ by a second. */
class LeaseCheckTest {
    private static final long LEASE = 7;
    private static final LeaseRevokeRequest REVOKE = LeaseRevokeRequest.newBuilder().setID(LEASE).build();
    private static final LeaseTimeToLiveRequest QUESTION = LeaseTimeToLiveRequest.newBuilder().setID(LEASE).build();

    /** A key hangs on the lease from the second on. */
    private final Story story = new Story()
            .did(1, 0, 1, grant(LEASE, 10), granted(LEASE, 10, 1))
            .did(1, 1, 2, put("a", "1", LEASE), put(2));

    private static LeaseTimeToLiveResponse left(long seconds) {
        return LeaseTimeToLiveResponse.newBuilder()
                .setHeader(header(2))
                .setID(LEASE)
                .setTTL(seconds)
                .setGrantedTTL(seconds < 0 ? 0 : 10)
                .build();
    }

    /** All keys are watched from the beginning; the deletion is seen at a time. */
    private Story vanishesAt(long seconds) {
        return story.watch(
                seconds - 3, everything(2), created(2), events(2, putEvent(kv("a", "1", 2, 2, 1, LEASE))),
                events(3, deleteEvent("a", 3)));
    }

    @Test
    void aLeaseEndsAfterItsTime() {
        vanishesAt(10).isRight();
    }

    @Test
    void aKeyThatVanishesEarlyIsRejected() {
        vanishesAt(8).breaks(Rule.LEASE_TTL);
    }

    @Test
    void aKeyThatVanishesEarlyByADeleteOfUnknownOutcomeIsRight() {
        story.lost(2, 3, Story.delete("a"));
        vanishesAt(8).isRight();
    }

    @Test
    void aDeleteThatIsNeededElsewhereDoesNotExplainAnEarlyEnd() {
        story.lost(2, 3, Story.delete("a"));
        vanishesTwice().breaks(Rule.LEASE_TTL);
    }

    @Test
    void oneDeleteForEachTimeThatAKeyVanishesIsRight() {
        story.lost(2, 3, Story.delete("a")).lost(2, 3, Story.delete("a"));
        vanishesTwice().isRight();
    }

    /** The key is put again on no lease, and gone again. */
    private Story vanishesTwice() {
        return story.put(1, 6, 7, "a", "2", 4)
                .watch(
                        5, everything(2), created(2),
                        events(2, putEvent(kv("a", "1", 2, 2, 1, LEASE))), events(3, deleteEvent("a", 3)),
                        events(4, putEvent(kv("a", "2", 4, 4, 1))), events(5, deleteEvent("a", 5)));
    }

    @Test
    void aRenewalGivesAllItsTimeAgain() {
        story.did(1, 8, 9, renew(LEASE), renewed(LEASE, 10, 2));
        vanishesAt(17).isRight();
    }

    @Test
    void aKeyThatVanishesEarlyAfterARenewalIsRejected() {
        story.did(1, 8, 9, renew(LEASE), renewed(LEASE, 10, 2));
        vanishesAt(16).breaks(Rule.LEASE_TTL);
    }

    @Test
    void aLeaseIsReportedGoneEarlyIsRejected() {
        story.did(1, 4, 5, QUESTION, left(-1)).breaks(Rule.LEASE_TTL);
    }

    @Test
    void aRevokedLeaseMayEndAtOnce() {
        story.did(1, 4, 5, REVOKE, LeaseRevokeResponse.newBuilder().setHeader(header(3)).build());
        vanishesAt(7).did(1, 8, 9, renew(LEASE), renewed(LEASE, 0, 3)).isRight();
    }

    @Test
    void aRevokeThatLeavesKeysIsRejected() {
        story.did(1, 4, 5, REVOKE, LeaseRevokeResponse.newBuilder().setHeader(header(2)).build()).breaks(Rule.ANSWER);
    }

    @Test
    void aRevokeOfUnknownOutcomeMayHaveEndedIt() {
        story.lost(1, 4, REVOKE);
        vanishesAt(7).isRight();
    }

    @Test
    void aLeaseThatAnswersAfterItWasGoneIsRejected() {
        story.did(1, 14, 15, renew(LEASE), renewed(LEASE, 0, 2))
                .did(1, 16, 17, renew(LEASE), renewed(LEASE, 10, 2))
                .breaks(Rule.LEASE_GONE);
    }

    @Test
    void aPutOnALeaseThatWasNotFoundIsRejected() {
        story.refused(1, 14, 15, put("b", "1", LEASE), EtcdError.LEASE_NOT_FOUND)
                .did(2, 16, 17, put("b", "2", LEASE), put(3))
                .breaks(Rule.LEASE_GONE);
    }

    @Test
    void aLeaseWithMoreTimeThanWasGrantedIsRejected() {
        story.did(1, 4, 5, QUESTION, left(12)).breaks(Rule.LEASE_TTL);
    }

    @Test
    void aNewLeaderGivesALeaseAnElectionTimeoutMore() {
        story.did(1, 4, 5, QUESTION, left(11)).isRight();
    }

    @Test
    void anIdThatIsGrantedAgainLivesAgain() {
        story.did(1, 4, 5, REVOKE, LeaseRevokeResponse.newBuilder().setHeader(header(3)).build())
                .did(1, 6, 7, grant(LEASE, 10), granted(LEASE, 10, 3))
                .did(1, 8, 9, renew(LEASE), renewed(LEASE, 10, 3))
                .isRight();
    }

    @Test
    void anIdThatLivesBeforeItIsGrantedAgainIsRejected() {
        story.did(1, 4, 5, REVOKE, LeaseRevokeResponse.newBuilder().setHeader(header(3)).build())
                .did(1, 6, 7, renew(LEASE), renewed(LEASE, 10, 3))
                .did(1, 8, 9, grant(LEASE, 10), granted(LEASE, 10, 3))
                .breaks(Rule.LEASE_GONE);
    }
}
