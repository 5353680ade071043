package io.drawbore.server.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.BackendProvider;
import io.drawbore.api.StorageException;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.raft.MemoryStorage;
import io.drawbore.server.MemberOptions;
import io.drawbore.testkit.DiskStoppedException;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.Survival;
import io.drawbore.wal.EtcdLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a member finds in its log after it was told to go on alone. */
class NewClusterTest {
    private static final Path DATA = Path.of("/data");
    private static final Path MARK = DATA.resolve("member").resolve("new-cluster");

    private static MemberOptions options(boolean forced) {
        return MemberOptions.builder("two", DATA)
                .initialCluster(Map.of("one", List.of("http://one:1"), "two", List.of("http://two:1")))
                .segmentBytes(4_096)
                .spareSegments(0)
                .forceNewCluster(forced)
                .build();
    }

    private static FaultVfs disk(boolean learner) throws IOException {
        FaultVfs disk = new FaultVfs();
        disk.createFolder(LostCluster.member(options(false)));
        LostCluster.write(options(false), disk, learner);
        return disk;
    }

    /** Boots with a store that has nothing yet, and lets go of the log. */
    private static MemoryStorage boot(FaultVfs disk, boolean forced) {
        BackendProvider stores = new MemoryBackendProvider();
        Boot.Booted booted = new Boot(options(forced), new EtcdLogs(Runnable::run), disk)
                .open(DataDir.simulated(DATA), stores);
        booted.log().close();
        booted.backend().close();
        return booted.raftStorage();
    }

    private static List<Entry> entries(MemoryStorage log) {
        return log.entries(log.firstIndex(), log.lastIndex() + 1, Long.MAX_VALUE);
    }

    /** The changes of members behind what was committed, in short. */
    private static List<String> changes(MemoryStorage log) throws IOException {
        List<String> changes = new ArrayList<>();
        for (Entry entry : entries(log).subList((int) LostCluster.COMMIT, (int) log.lastIndex())) {
            if (entry.getType() == EntryType.EntryConfChange) {
                ConfChange change = ConfChange.parseFrom(entry.getData());
                changes.add(change.getType() + " " + change.getNodeId());
            }
        }
        return changes;
    }

    @Test
    void theOthersAreRemovedBehindWhatWasCommitted() throws IOException {
        FaultVfs disk = disk(false);
        MemoryStorage log = boot(disk, true);
        assertEquals(List.of("ConfChangeRemoveNode 1", "ConfChangeRemoveNode 3"), changes(log));
        assertEquals(LostCluster.COMMIT + 2, log.lastIndex());
        assertEquals(LostCluster.COMMIT + 2, log.initialState().hardState().getCommit());
        assertEquals(LostCluster.TERM, log.term(log.lastIndex()));
        assertFalse(disk.exists(MARK));
        assertEquals(entries(log), entries(boot(disk, false)), "and are so for ever");
    }

    @Test
    void doneAgainItFindsNothingToDo() throws IOException {
        FaultVfs disk = disk(false);
        MemoryStorage once = boot(disk, true);
        assertEquals(entries(once), entries(boot(disk, true)));
    }

    @Test
    void aLearnerGetsAVoteFirst() throws IOException {
        MemoryStorage log = boot(disk(true), true);
        assertEquals(
                List.of("ConfChangeAddNode 2", "ConfChangeRemoveNode 1", "ConfChangeRemoveNode 3"), changes(log));
    }

    @Test
    void withoutBeingToldItStaysAMemberOfThree() throws IOException {
        MemoryStorage log = boot(disk(false), false);
        assertEquals(LostCluster.COMMIT + 1, log.lastIndex());
        assertEquals(LostCluster.COMMIT, log.initialState().hardState().getCommit());
    }

    /** Wherever the power goes, the member is then one of three as before, or alone; told again or not. */
    @ParameterizedTest
    @EnumSource
    void aStopAnywhereLeavesTheOldClusterOrTheNew(Survival survival) throws IOException {
        long before = disk(false).steps();
        boolean sawOld = false;
        boolean sawNew = false;
        for (long step = before + 1; ; step++) {
            FaultVfs disk = disk(false);
            disk.stopAt(step);
            boolean done = false;
            try {
                boot(disk, true);
                done = true;
            } catch (DiskStoppedException | StorageException stopped) {
                // as it was to be
            }
            MemoryStorage log = boot(disk.reboot(survival, step), false);
            boolean isNew = log.initialState().hardState().getCommit() == LostCluster.COMMIT + 2;
            if (isNew) {
                assertEquals(List.of("ConfChangeRemoveNode 1", "ConfChangeRemoveNode 3"), changes(log));
            } else {
                assertEquals(LostCluster.COMMIT, log.initialState().hardState().getCommit());
                assertEquals(LostCluster.COMMIT + 1, log.lastIndex(), "step " + step);
                assertEquals(List.of(), changes(log), "step " + step);
            }
            sawOld |= !isNew;
            sawNew |= isNew;
            if (done) {
                assertTrue(isNew);
                break;
            }
        }
        assertTrue(sawOld && sawNew);
    }
}
