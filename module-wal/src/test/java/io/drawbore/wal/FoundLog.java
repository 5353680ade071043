package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.LogContent;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.StorageException;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.FaultVfs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What must be true of any log that is found on a disk, whoever wrote it and whatever became of it. */
public final class FoundLog {
    /** Where it lies. */
    public static final Path FOLDER = Path.of("/data/member/wal");

    private static final LogStoreProvider LOGS = new EtcdLogs(Runnable::run);

    private FoundLog() {}

    /** Small segments without spares. */
    static LogStoreProvider.Options options(FaultVfs on) {
        return new LogStoreProvider.Options(on, FOLDER, 4096, 0, true);
    }

    /**
     * Opens it: it is refused with its place and a way out, or it makes sense, reads the same a second time, and can be
     * gone on with.
     */
    public static void judge(FaultVfs disk) {
        LogModel.State found;
        try {
            found = open(disk);
        } catch (StorageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith(FOLDER.toString()), refused.toString());
            return;
        }
        assertEquals(found, open(disk));
        if (newestTerm(found) == Long.MAX_VALUE || found.lastIndex() == Long.MAX_VALUE) {
            return;
        }
        LogRecovery recovery = LOGS.open(options(disk));
        Entry next = Entry.newBuilder()
                .setTerm(newestTerm(found) + 1)
                .setIndex(found.lastIndex() + 1)
                .build();
        HardState state = found.hardState().toBuilder().setTerm(next.getTerm()).build();
        recovery.log().append(state, List.of(next));
        recovery.log().sync();
        recovery.log().close();
        assertEquals(found.with(next).with(state), open(disk));
    }

    /** The power may have gone between entries and the state that follows them in their batch. */
    private static long newestTerm(LogModel.State found) {
        long newest = Math.max(found.hardState().getTerm(), found.start().term());
        for (Entry entry : found.entries()) {
            newest = Math.max(newest, entry.getTerm());
        }
        return newest;
    }

    private static LogModel.State open(FaultVfs disk) {
        Optional<LogContent> read = read(disk);
        LogRecovery recovery = LOGS.open(options(disk));
        recovery.log().close();
        assertEquals(Optional.of(recovery.entries()), read.map(LogContent::entries), "read without opening");
        assertEquals(Optional.of(recovery.hardState()), read.map(LogContent::hardState), "read without opening");
        assertEquals(Optional.of(recovery.tail()), read.map(LogContent::tail), "read without opening");
        LogModel.State found = LogModel.State.of(recovery);
        long expected = found.start().index();
        for (Entry entry : found.entries()) {
            expected++;
            assertEquals(expected, entry.getIndex());
        }
        assertTrue(found.hardState().getCommit() <= found.lastIndex(), found::toString);
        return found;
    }

    /** As tools read it, who must not repair anything; empty where it is refused. */
    private static Optional<LogContent> read(FaultVfs disk) {
        try {
            return Optional.of(LOGS.read(options(disk)));
        } catch (StorageException refused) {
            return Optional.empty();
        }
    }
}
