package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.raft.ProgressState;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.SoftState;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What stays of the log in memory. */
class CatchUpWindowTest {
    private static final ConfState MEMBERS =
            ConfState.newBuilder().addVoters(1).addVoters(2).build();
    private static final int VALUE = 1_000;

    /** A log of 100 entries of a little more than a thousand bytes. */
    private final MemoryStorage storage = MemoryStorage.of(
            Applied.NONE,
            MEMBERS,
            HardState.getDefaultInstance(),
            LongStream.rangeClosed(1, 100)
                    .mapToObj(index -> Entry.newBuilder()
                            .setIndex(index)
                            .setTerm(1)
                            .setData(ByteString.copyFrom(new byte[VALUE]))
                            .build())
                    .toList());

    private final long entryBytes = storage.bytes() / 100;

    @Test
    void smallEntriesStayUpToTheirNumber() {
        new CatchUpWindow(20, Long.MAX_VALUE).trim(storage, 90, () -> status(90));
        assertEquals(71, storage.firstIndex());
    }

    @Test
    void littleTooManyStay() {
        new CatchUpWindow(60, Long.MAX_VALUE).trim(storage, 90, () -> status(90));
        assertEquals(1, storage.firstIndex());
    }

    @Test
    void ofLargeOnesFewerStay() {
        new CatchUpWindow(1_000, 30 * entryBytes).trim(storage, 90, () -> status(90));
        assertEquals(71, storage.firstIndex());
    }

    @Test
    void whatTheCoreDoesNotKnowToBeAppliedStays() {
        new CatchUpWindow(0, 0).trim(storage, 90, () -> status(40));
        assertEquals(41, storage.firstIndex());
    }

    @Test
    void whatIsForgottenIsGoneButForWhatSomebodyHasNotApplied() {
        CatchUpWindow.forget(storage, 90, status(40));
        assertEquals(41, storage.firstIndex());
        CatchUpWindow.forget(storage, 60, status(100));
        assertEquals(61, storage.firstIndex());
        CatchUpWindow.forget(storage, 20, status(100));
        assertEquals(61, storage.firstIndex());
    }

    @Test
    void whatTheStoreHasNotAppliedStays() {
        new CatchUpWindow(0, 0).trim(storage, 30, () -> status(40));
        assertEquals(31, storage.firstIndex());
    }

    @Test
    void whatAFedFollowerLacksStaysUntilItIsTwiceAsMuch() {
        new CatchUpWindow(1_000, 60 * entryBytes).trim(storage, 90, () -> status(90, follower(10, true)));
        assertEquals(11, storage.firstIndex());
        new CatchUpWindow(1_000, 30 * entryBytes).trim(storage, 90, () -> status(90, follower(10, true)));
        assertEquals(41, storage.firstIndex());
    }

    @Test
    void whatASilentFollowerLacksGoes() {
        new CatchUpWindow(1_000, 30 * entryBytes).trim(storage, 90, () -> status(90, follower(10, false)));
        assertEquals(71, storage.firstIndex());
    }

    @Test
    void aStoreThatAppliesASnapshotAheadOfTheLogTakesNothingBehindItsEnd() {
        new CatchUpWindow(0, 0).trim(storage, 500, () -> status(500));
        assertEquals(101, storage.firstIndex());
    }

    private static RaftStatus status(long applied, RaftStatus.MemberProgress... progress) {
        return new RaftStatus(
                1,
                HardState.getDefaultInstance(),
                new SoftState(1, RaftRole.LEADER),
                applied,
                100,
                0,
                MEMBERS,
                List.of(progress));
    }

    private static RaftStatus.MemberProgress follower(long match, boolean active) {
        return new RaftStatus.MemberProgress(
                2, match, match + 1, ProgressState.REPLICATE, false, false, 0, active, 0, false);
    }
}
