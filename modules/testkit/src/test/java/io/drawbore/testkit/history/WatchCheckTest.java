package io.drawbore.testkit.history;

import static io.drawbore.testkit.history.Story.compact;
import static io.drawbore.testkit.history.Story.compacted;
import static io.drawbore.testkit.history.Story.created;
import static io.drawbore.testkit.history.Story.deleteEvent;
import static io.drawbore.testkit.history.Story.events;
import static io.drawbore.testkit.history.Story.everything;
import static io.drawbore.testkit.history.Story.header;
import static io.drawbore.testkit.history.Story.kv;
import static io.drawbore.testkit.history.Story.put;
import static io.drawbore.testkit.history.Story.putEvent;

import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.Violation.Rule;
import org.junit.jupiter.api.Test;

/** Watches that keep etcd's promises, and watches that break one each. */
class WatchCheckTest {
    private static final Event A2 = putEvent(kv("a", "1", 2, 2, 1));
    private static final Event B3 = putEvent(kv("b", "1", 3, 3, 1));
    private static final Event A4 = putEvent(kv("a", "2", 2, 4, 2));
    private static final Event A5 = deleteEvent("a", 5);
    private static final Event C6 = putEvent(kv("c", "1", 6, 6, 1));
    private static final Event D6 = putEvent(kv("d", "1", 6, 6, 1));

    /** Revisions 2 to 6, the last by a transaction. */
    private final Story story = new Story()
            .put(1, 1, 2, "a", "1", 2)
            .put(1, 3, 4, "b", "1", 3)
            .put(1, 5, 6, "a", "2", 4)
            .did(1, 7, 8, Story.delete("a"), Story.deleted(5, 1))
            .did(1, 9, 10,
                    TxnRequest.newBuilder()
                            .addSuccess(RequestOp.newBuilder().setRequestPut(put("c", "1")))
                            .addSuccess(RequestOp.newBuilder().setRequestPut(put("d", "1")))
                            .build(),
                    TxnResponse.newBuilder()
                            .setHeader(header(6))
                            .setSucceeded(true)
                            .addResponses(ResponseOp.newBuilder().setResponsePut(put(6)))
                            .addResponses(ResponseOp.newBuilder().setResponsePut(put(6)))
                            .build());

    private static WatchResponse.Builder progress(long revision) {
        return events(revision).setWatchId(-1);
    }

    @Test
    void allEventsInOrderAreRight() {
        story.watch(20, everything(2), created(6), events(6, A2, B3, A4), events(6, A5, C6, D6), progress(6)).isRight();
    }

    @Test
    void aWatchFromNowOnSeesNothingOlder() {
        story.watch(8, everything(0), created(5), events(6, C6, D6)).isRight();
        story.watch(8, everything(0), created(5), events(6, A5, C6, D6)).breaks(Rule.WATCH_ORDER);
    }

    @Test
    void reorderedEventsAreRejected() {
        story.watch(20, everything(2), created(6), events(6, B3, A2, A4)).breaks(Rule.WATCH_ORDER);
    }

    @Test
    void aReorderedTransactionIsRejected() {
        story.watch(20, everything(6), created(6), events(6, D6, C6)).breaks(Rule.WATCH_ORDER);
    }

    @Test
    void aWatchThatGoesBackInTimeIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2, B3), events(6, A4), events(6, B3))
                .breaks(Rule.WATCH_ONCE);
    }

    @Test
    void anEventTwiceInAResponseIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2, A2, B3)).breaks(Rule.WATCH_ONCE);
    }

    @Test
    void aRevisionInTwoResponsesIsRejected() {
        story.watch(20, everything(6), created(6), events(6, C6), events(6, D6)).breaks(Rule.WATCH_ATOMIC);
    }

    @Test
    void aRevisionInTwoFragmentsIsRight() {
        story.watch(20, everything(6).setFragment(true), created(6), events(6, C6).setFragment(true), events(6, D6))
                .isRight();
    }

    @Test
    void aMissedEventIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2, A4)).breaks(Rule.WATCH_COMPLETE);
    }

    @Test
    void aMissedEventAtTheStartIsRejected() {
        story.watch(20, everything(2), created(6), events(6, B3)).breaks(Rule.WATCH_COMPLETE);
    }

    @Test
    void aMissedEventBeforeAProgressReportIsRejected() {
        story.watch(20, everything(5), created(6), events(6, A5), progress(6)).breaks(Rule.WATCH_COMPLETE);
    }

    @Test
    void halfATransactionIsRejected() {
        story.watch(20, everything(6), created(6), events(6, D6)).breaks(Rule.WATCH_COMPLETE);
    }

    @Test
    void anInventedEventIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2, putEvent(kv("b", "9", 3, 3, 1))))
                .breaks(Rule.WATCH_TRUE);
    }

    @Test
    void anEventOfAnotherKeyIsRejected() {
        WatchCreateRequest.Builder a = WatchCreateRequest.newBuilder().setKey(Story.bytes("a")).setStartRevision(2);
        story.watch(20, a, created(6), events(6, A2, A4)).isRight();
        story.watch(20, a, created(6), events(6, A2, B3, A4)).breaks(Rule.WATCH_FILTER);
    }

    @Test
    void aFilteredEventIsRejected() {
        WatchCreateRequest.Builder deletes = everything(2).addFilters(FilterType.NOPUT);
        story.watch(20, deletes, created(6), events(6, A5), progress(6)).isRight();
        story.watch(20, deletes, created(6), events(6, A4, A5)).breaks(Rule.WATCH_FILTER);
    }

    @Test
    void aProgressReportAheadOfAnEventIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2), progress(6), events(6, B3, A4, A5))
                .breaks(Rule.WATCH_PROGRESS);
    }

    @Test
    void aProgressReportThatGoesBackIsRejected() {
        story.watch(20, everything(2), created(6), events(6, A2, B3, A4), progress(3)).breaks(Rule.WATCH_PROGRESS);
    }

    @Test
    void anEventOfTheFutureIsRejected() {
        story.watch(5, everything(6), created(4), events(6, C6, D6)).breaks(Rule.NO_FUTURE);
    }

    @Test
    void whatWasThereBeforeIsShownWhereAskedFor() {
        Event before = A4.toBuilder().setPrevKv(A2.getKv()).build();
        story.watch(20, everything(3).setPrevKv(true), created(6), events(6, B3, before)).isRight();
        story.watch(20, everything(3), created(6), events(6, B3, before)).breaks(Rule.WATCH_PREVIOUS);
    }

    @Test
    void aMissingPreviousValueIsRejected() {
        story.watch(20, everything(3).setPrevKv(true), created(6), events(6, B3, A4)).breaks(Rule.WATCH_PREVIOUS);
    }

    @Test
    void aWrongPreviousValueIsRejected() {
        Event wrong = A4.toBuilder().setPrevKv(kv("a", "0", 2, 2, 1)).build();
        story.watch(20, everything(3).setPrevKv(true), created(6), events(6, B3, wrong)).breaks(Rule.WATCH_PREVIOUS);
    }

    @Test
    void aCompactedPreviousValueMayBeMissing() {
        story.did(1, 11, 12, compact(4), compacted(6))
                .watch(20, everything(4).setPrevKv(true), created(6), events(6, A4))
                .isRight();
    }

    @Test
    void aWatchGoesOnWhereItWasCut() {
        story.watch(5, everything(2), created(3), events(3, A2, B3))
                .resume(0, 20, everything(4), created(6), events(6, A4, A5), progress(5))
                .resume(1, 30, everything(6), created(6), events(6, C6, D6))
                .isRight();
    }

    @Test
    void aWatchThatGoesOnTooLateIsRejected() {
        story.watch(5, everything(2), created(3), events(3, A2, B3))
                .resume(0, 20, everything(5), created(6), events(6, A5, C6, D6))
                .breaks(Rule.WATCH_RESUME);
    }

    @Test
    void aWatchThatRepeatsAfterItWentOnIsRejected() {
        story.watch(5, everything(2), created(3), events(3, A2, B3))
                .resume(0, 20, everything(4), created(6), events(6, B3, A4, A5))
                .breaks(Rule.WATCH_ORDER);
    }

    @Test
    void aWatchThatMissesAfterItWentOnIsRejected() {
        story.watch(5, everything(2), created(3), events(3, A2, B3))
                .resume(0, 20, everything(4), created(6), events(6, A5, C6, D6))
                .breaks(Rule.WATCH_COMPLETE);
    }

    @Test
    void aCompactedWatchEndsWithTheRevisionNamed() {
        story.did(1, 11, 12, compact(4), compacted(6))
                .watch(20, everything(3), created(6), compactedAt(4))
                .isRight();
        story.watch(20, everything(3), created(6), compactedAt(0)).breaks(Rule.WATCH_END);
    }

    @Test
    void anEndByACompactionBehindTheWatchIsRejected() {
        story.did(1, 11, 12, compact(4), compacted(6))
                .watch(20, everything(3), created(6), events(6, B3, A4), compactedAt(4))
                .breaks(Rule.WATCH_END);
    }

    @Test
    void anEndByACompactionThatNobodyAskedForIsRejected() {
        story.did(1, 11, 12, compact(4), compacted(6))
                .watch(20, everything(3), created(6), compactedAt(5))
                .breaks(Rule.WATCH_END);
    }

    @Test
    void anEventAfterTheEndIsRejected() {
        story.did(1, 11, 12, compact(4), compacted(6))
                .watch(20, everything(3), created(6), compactedAt(4), events(6, B3))
                .breaks(Rule.WATCH_END);
    }

    private static WatchResponse.Builder compactedAt(long revision) {
        return WatchResponse.newBuilder()
                .setHeader(header(6))
                .setCanceled(true)
                .setCompactRevision(revision)
                .setCancelReason("etcdserver: mvcc: required revision has been compacted");
    }
}
