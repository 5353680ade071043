package io.drawbore.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.LogStore;
import io.drawbore.api.LogStoreProvider;
import io.drawbore.api.MemberIdentity;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.testkit.FaultVfs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The bytes on disk, laid out here by hand. */
class FormatTest {
    private static final Path FOLDER = Path.of("/data/member/wal");
    private static final String FIRST = "0000000000000000-0000000000000000.wal";
    private static final LogStoreProvider LOGS = new EtcdLogs(Runnable::run);

    /** Lays records one behind the other, as text in hex. */
    private static final class Bytes {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final CRC32C crc = new CRC32C();

        Bytes checksum() {
            return frame("08 04", new byte[0]);
        }

        Bytes metadata() {
            return record("08 01", "08 07 10 09");
        }

        /** Type in hex, then the message in hex. */
        Bytes record(String type, String data) {
            byte[] bytes = hex(data);
            crc.update(bytes);
            ByteArrayOutputStream field = new ByteArrayOutputStream();
            field.write(0x1a);
            varint(field, bytes.length);
            field.writeBytes(bytes);
            return frame(type, field.toByteArray());
        }

        private Bytes frame(String type, byte[] dataField) {
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            record.writeBytes(hex(type));
            record.write(0x10);
            varint(record, crc.getValue());
            record.writeBytes(dataField);
            int padding = (8 - record.size() % 8) % 8;
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(record.size());
            length.put(7, (byte) (padding == 0 ? 0 : 0x80 + padding));
            out.writeBytes(length.array());
            out.writeBytes(record.toByteArray());
            out.writeBytes(new byte[padding]);
            return this;
        }

        private static void varint(ByteArrayOutputStream to, long value) {
            for (long rest = value; ; rest >>>= 7) {
                if (rest < 0x80) {
                    to.write((int) rest);
                    return;
                }
                to.write((int) (rest & 0x7f | 0x80));
            }
        }

        byte[] all() {
            return out.toByteArray();
        }
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static LogStoreProvider.Options options(FaultVfs disk) {
        return new LogStoreProvider.Options(disk, FOLDER, 1 << 20, 0, true);
    }

    private static FaultVfs diskWith(byte[] firstSegment) throws IOException {
        FaultVfs disk = new FaultVfs();
        disk.createFolder(FOLDER);
        try (VfsFile file = disk.open(FOLDER.resolve(FIRST), Vfs.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(firstSegment), 0);
            file.truncate(64_000);
        }
        return disk;
    }

    private static void assertStarts(byte[] expected, byte[] found) {
        HexFormat spaced = HexFormat.ofDelimiter(" ");
        assertEquals(spaced.formatHex(expected), spaced.formatHex(Arrays.copyOf(found, expected.length)));
        for (int at = expected.length; at < found.length; at++) {
            assertEquals(0, found[at], "at " + at);
        }
    }

    @Test
    void aNewLogBeginsAsEtcdsDoes() throws IOException {
        FaultVfs disk = new FaultVfs();
        LOGS.create(options(disk), new MemberIdentity(7, 9));
        byte[] checksum = hex("04 00 00 00 00 00 00 84 08 04 10 00 00 00 00 00");
        byte[] found = disk.bytes(FOLDER.resolve(FIRST));
        assertEquals(HexFormat.of().formatHex(checksum), HexFormat.of().formatHex(found, 0, 16));
        byte[] head = new Bytes().checksum().metadata().record("08 05", "08 00 10 00").all();
        assertStarts(head, found);
    }

    @Test
    void aBatchIsAMarkTheEntriesAndTheStateWithTheFieldsThatWereSet() throws IOException {
        FaultVfs disk = new FaultVfs();
        LogStore log = LOGS.create(options(disk), new MemberIdentity(7, 9));
        Entry leaders = Entry.newBuilder().setTerm(1).setIndex(1).build();
        Entry change = Entry.newBuilder()
                .setType(EntryType.EntryConfChange)
                .setTerm(1)
                .setIndex(2)
                .setData(ByteString.copyFromUtf8("ab"))
                .build();
        HardState state = HardState.newBuilder().setTerm(1).setVote(0).setCommit(0).build();
        log.append(state, List.of(leaders, change));
        log.sync();
        log.saveSnapshot(new Applied(0, 0), ConfState.newBuilder().addVoters(7).setAutoLeave(false).build());
        byte[] all = new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00")
                .checksum().record("08 02", "10 01 18 01")
                .record("08 02", "08 01 10 01 18 02 22 02 61 62")
                .record("08 03", "08 01 10 00 18 00")
                .checksum().record("08 05", "08 00 10 00 1a 04 08 07 28 00")
                .all();
        assertStarts(all, disk.bytes(FOLDER.resolve(FIRST)));
    }

    @Test
    void explicitZerosOfOlderEtcdsAreRead() throws IOException {
        byte[] bytes = new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00")
                .record("08 02", "08 00 10 01 18 01")
                .record("08 02", "08 00 10 01 18 02 22 01 61")
                .record("08 03", "08 01 10 07 18 01")
                .all();
        LogRecovery found = LOGS.open(options(diskWith(bytes)));
        assertEquals(LogRecovery.Tail.CLEAN, found.tail());
        assertEquals(new MemberIdentity(7, 9), found.owner());
        assertEquals(2, found.entries().size());
        assertEquals("a", found.entries().get(1).getData().toStringUtf8());
        assertEquals(1, found.hardState().getCommit());
    }

    /** A log of etcd's, with an entry of 2,000 bytes from 0x41 on, and one more behind it. */
    private static Bytes etcdsLog() {
        return new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00").record("08 03", "08 01 10 07 18 00")
                .record("08 02", "08 00 10 01 18 01 22 d0 0f" + "41".repeat(2000));
    }

    @Test
    void inALogOfEtcdsAZeroedSectorIsATornTail() throws IOException {
        byte[] bytes = etcdsLog().all();
        Arrays.fill(bytes, 512, 1024, (byte) 0);
        LogRecovery found = LOGS.open(options(diskWith(bytes)));
        assertEquals(LogRecovery.Tail.TORN, found.tail());
        assertEquals(List.of(), found.entries());
    }

    @Test
    void inALogOfEtcdsADamageThatIsNoTornWriteIsRefused() throws IOException {
        byte[] bytes = etcdsLog().all();
        bytes[700] ^= 1;
        assertThrows(CorruptionException.class, () -> LOGS.open(options(diskWith(bytes))));
    }

    @Test
    void inALogOfEtcdsWholeRecordsBehindAZeroedSectorMakeTheTailUnsafe() throws IOException {
        byte[] bytes = etcdsLog().record("08 02", "08 00 10 01 18 02").record("08 02", "08 00 10 01 18 03").all();
        Arrays.fill(bytes, 512, 1024, (byte) 0);
        assertEquals(LogRecovery.Tail.UNSAFE, LOGS.open(options(diskWith(bytes))).tail());
    }

    @Test
    void anEntryWrittenAheadOfTheStateThatCoversItsSnapshotIsKept() throws IOException {
        byte[] bytes = new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00")
                .record("08 02", "10 01 18 01").record("08 03", "08 01 10 07 18 01")
                .record("08 05", "08 64 10 03").record("08 02", "10 03 18 65").record("08 03", "08 03 10 07 18 64")
                .all();
        LogRecovery found = LOGS.open(options(diskWith(bytes)));
        assertEquals(new Applied(100, 3), found.start());
        assertEquals(101, found.entries().getFirst().getIndex());
    }

    @Test
    void aSnapshotThatNoStateCoversDoesNotCount() throws IOException {
        byte[] bytes = new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00")
                .record("08 02", "10 01 18 01").record("08 03", "08 01 10 07 18 01").record("08 05", "08 64 10 03")
                .all();
        LogRecovery found = LOGS.open(options(diskWith(bytes)));
        assertEquals(Applied.NONE, found.start());
        assertEquals(1, found.entries().size());
    }

    @Test
    void aGapIsRefused() throws IOException {
        byte[] bytes = new Bytes()
                .checksum().metadata().record("08 05", "08 00 10 00")
                .record("08 02", "10 01 18 01").record("08 02", "10 01 18 03")
                .record("08 03", "08 01 10 07 18 01")
                .all();
        assertThrows(CorruptionException.class, () -> LOGS.open(options(diskWith(bytes))));
    }
}
