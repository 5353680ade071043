package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryStorageTest {
    private static final ConfState ALONE = ConfState.newBuilder().addVoters(1).build();

    private static List<Entry> entries(long term, long from, long to) {
        List<Entry> entries = new ArrayList<>();
        for (long index = from; index <= to; index++) {
            entries.add(Entry.newBuilder().setTerm(term).setIndex(index).build());
        }
        return entries;
    }

    private static MemoryStorage recovered() {
        return MemoryStorage.of(new Applied(5, 2), ALONE, HardState.getDefaultInstance(), entries(3, 6, 10));
    }

    @Test
    void anEmptyLogEndsBeforeItsFirstIndex() {
        MemoryStorage storage = MemoryStorage.empty();
        assertEquals(1, storage.firstIndex());
        assertEquals(0, storage.lastIndex());
        assertEquals(0, storage.term(0));
        assertEquals(Snapshot.getDefaultInstance(), storage.snapshot());
    }

    @Test
    void theTermBeforeTheFirstEntryIsKnown() {
        MemoryStorage storage = recovered();
        assertEquals(2, storage.term(5));
        assertEquals(3, storage.term(10));
        assertThrows(CompactedException.class, () -> storage.term(4));
        assertThrows(InvariantException.class, () -> storage.term(11));
        storage.compact(8);
        assertEquals(9, storage.firstIndex());
        assertEquals(3, storage.term(8));
        assertThrows(CompactedException.class, () -> storage.term(7));
        assertThrows(CompactedException.class, () -> storage.compact(8));
        assertThrows(CompactedException.class, () -> storage.entries(8, 10, Long.MAX_VALUE));
    }

    @Test
    void itsBytesFollowWhatIsAppendedCutOffAndCompacted() {
        MemoryStorage storage = recovered();
        long one = storage.bytes() / 5;
        assertEquals(5 * one, storage.bytes());
        storage.append(entries(4, 9, 9));
        assertEquals(4 * one, storage.bytes());
        storage.compact(7);
        assertEquals(2 * one, storage.bytes());
        storage.append(entries(4, 10, 13));
        assertEquals(6 * one, storage.bytes());
    }

    @Test
    void theLowestIndexToCompactToLeavesNoMoreThanAsked() {
        MemoryStorage storage = recovered();
        long one = storage.bytes() / 5;
        assertEquals(5, storage.indexLeaving(5 * one));
        assertEquals(6, storage.indexLeaving(5 * one - 1));
        assertEquals(8, storage.indexLeaving(2 * one));
        assertEquals(10, storage.indexLeaving(0));
    }

    @Test
    void entriesComeUpToASizeAndAtLeastOne() {
        MemoryStorage storage = recovered();
        int one = storage.entries(6, 7, 0).getFirst().getSerializedSize();
        assertEquals(entries(3, 6, 6), storage.entries(6, 11, 0));
        assertEquals(entries(3, 6, 7), storage.entries(6, 11, 2L * one));
        assertEquals(entries(3, 6, 7), storage.entries(6, 11, 3L * one - 1));
        assertEquals(entries(3, 6, 10), storage.entries(6, 11, Long.MAX_VALUE));
    }

    @Test
    void appendingReplacesWhatStandsThere() {
        MemoryStorage storage = recovered();
        List<Entry> before = storage.entries(6, 11, Long.MAX_VALUE);
        storage.append(entries(4, 8, 8));
        assertEquals(8, storage.lastIndex());
        assertEquals(4, storage.term(8));
        storage.append(entries(4, 9, 12));
        assertEquals(entries(3, 6, 10), before);
        assertThrows(InvariantException.class, () -> storage.append(entries(4, 14, 14)));
    }

    @Test
    void whatIsCompactedStaysAway() {
        MemoryStorage storage = recovered();
        storage.append(entries(3, 3, 5));
        assertEquals(10, storage.lastIndex());
        storage.append(entries(4, 4, 7));
        assertEquals(7, storage.lastIndex());
        assertEquals(2, storage.term(5));
        assertEquals(4, storage.term(6));
    }

    @Test
    void snapshotsOnlyGetNewer() {
        MemoryStorage storage = recovered();
        Snapshot made = storage.createSnapshot(7, ALONE, ByteString.copyFromUtf8("state"));
        assertEquals(3, made.getMetadata().getTerm());
        assertEquals(made, storage.snapshot());
        assertThrows(CompactedException.class, () -> storage.createSnapshot(7, ALONE, ByteString.EMPTY));
    }

    @Test
    void anInstalledSnapshotTakesThePlaceOfTheLog() {
        MemoryStorage storage = recovered();
        ConfState two = ConfState.newBuilder().addVoters(1).addVoters(2).build();
        storage.applySnapshot(Snapshot.newBuilder()
                .setMetadata(SnapshotMetadata.newBuilder().setIndex(20).setTerm(7).setConfState(two))
                .build());
        assertEquals(21, storage.firstIndex());
        assertEquals(20, storage.lastIndex());
        assertEquals(7, storage.term(20));
        assertEquals(two, storage.initialState().confState());
        Snapshot older = Snapshot.newBuilder()
                .setMetadata(SnapshotMetadata.newBuilder().setIndex(20).setTerm(7)).build();
        assertThrows(CompactedException.class, () -> storage.applySnapshot(older));
    }

    @Test
    void manyAppendsAndCompactionsKeepTheRightEntries() {
        MemoryStorage storage = MemoryStorage.empty();
        for (long index = 1; index <= 10_000; index += 7) {
            storage.append(entries(1, index, index + 6));
            if (index > 100 && index % 3 == 0) {
                storage.compact(index - 50);
            }
            long first = storage.firstIndex();
            List<Entry> all = storage.entries(first, storage.lastIndex() + 1, Long.MAX_VALUE);
            assertEquals(first, all.getFirst().getIndex());
            assertEquals(index + 6, all.getLast().getIndex());
            assertEquals(storage.lastIndex() - first + 1, all.size());
        }
    }
}
