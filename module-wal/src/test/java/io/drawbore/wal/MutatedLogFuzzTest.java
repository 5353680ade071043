package io.drawbore.wal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.LogStore;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.FaultVfs;
import io.drawbore.testkit.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A real log in which bytes were changed, cut off or added: it is opened or refused, and nothing else. */
class MutatedLogFuzzTest {
    private final FaultVfs closed = written(true);
    /** The power goes after the last sync. */
    private final FaultVfs cutOff = written(false);

    /** First whether the log was closed, then edits of six bytes: file, deed, where (two bytes), with what (two). */
    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[] {0},
                new byte[] {0, 0, 0, 0, 20, 1, 1},
                new byte[] {1, 3, 0, 1, 0, 1, 1},
                new byte[] {0, 2, 1, 2, 0, 0, 0},
                new byte[] {1, 2, 2, 0, 100, 0, 0},
                new byte[] {0, 0, 3, 0, 0, 0, 0},
                new byte[] {1, 1, 3, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0},
                new byte[] {1, 2, 0, 1, 8, 0, 0x40, 2, 4, 0, 0, 0, 9},
                new byte[120]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void aDamagedLogIsOpenedOrRefused(byte[] data) throws IOException {
        if (data.length < 1) {
            return;
        }
        boolean orderly = (data[0] & 1) != 0;
        FaultVfs disk = (orderly ? closed : cutOff).reboot(orderly ? Survival.EVERYTHING : Survival.SYNCED_ONLY, 1);
        ByteBuffer edits = ByteBuffer.wrap(data, 1, data.length - 1);
        while (edits.remaining() >= 6) {
            List<Path> files = disk.files();
            if (files.isEmpty()) {
                break;
            }
            Path file = files.get((edits.get() & 0xff) % files.size());
            edit(disk, file, edits.get() & 0xff, edits.getShort() & 0xffff, edits.getShort());
        }
        FoundLog.judge(disk);
    }

    private static void edit(FaultVfs disk, Path path, int deed, int where, short with) throws IOException {
        int size = disk.bytes(path).length;
        if (deed % 5 == 3) {
            disk.delete(path);
            disk.syncFolder(FoundLog.FOLDER);
            return;
        }
        try (VfsFile file = disk.open(path, Vfs.Mode.READ_WRITE)) {
            int at = size == 0 ? 0 : where % size;
            switch (deed % 5) {
                case 0 -> file.write(ByteBuffer.wrap(new byte[] {(byte) with}), at);
                case 1 -> file.write(ByteBuffer.allocate(Math.min(512, Math.max(1, size - at / 512 * 512))),
                        at / 512L * 512);
                case 2 -> file.truncate(at);
                default -> file.write(ByteBuffer.allocate(Short.BYTES).putShort(0, with), size);
            }
            file.sync();
        }
    }

    /** Two segments and a bit; closed in order or not at all. */
    private static FaultVfs written(boolean closed) {
        FaultVfs disk = new FaultVfs();
        LogStore log = new EtcdLogs(Runnable::run).create(FoundLog.options(disk), new MemberIdentity(7, 9));
        for (long index = 1; index <= 6; index++) {
            Entry entry = Entry.newBuilder()
                    .setTerm(1)
                    .setIndex(index)
                    .setData(ByteString.copyFrom(new byte[1700]))
                    .build();
            log.append(HardState.newBuilder().setTerm(1).setVote(7).setCommit(index - 1).build(), List.of(entry));
            log.sync();
            if (index == 3) {
                log.saveSnapshot(new Applied(2, 1), ConfState.newBuilder().addVoters(7).build());
            }
        }
        if (closed) {
            log.close();
        }
        return disk;
    }
}
