package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.drawbore.proto.raftpb.ConfState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How etcd spells what it keeps. */
class EtcdSchemaTest {
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void bucketsAreListedInTheOrderTheyAreWrittenIn() {
        final List<byte[]> names = Stream.of(EtcdBucket.values()).map(EtcdBucket::nameBytes).toList();
        assertEquals(10, names.size());
        assertEquals(names, names.stream().sorted(Arrays::compareUnsigned).toList());
    }

    @Test
    void keysOfMetaAreListedInTheOrderTheyAreWrittenIn() {
        final List<String> keys = List.of(
                EtcdSchema.CONF_STATE,
                EtcdSchema.CONSISTENT_INDEX,
                EtcdSchema.FINISHED_COMPACT,
                EtcdSchema.SCHEDULED_COMPACT,
                EtcdSchema.STORAGE_VERSION,
                EtcdSchema.TERM);
        assertEquals(keys, keys.stream().sorted().toList());
    }

    @Test
    void aRevisionKeyIsSeventeenBytesAndATombstoneOneMore() {
        assertEquals("\0\0\0\0\0\0\1\2_\0\0\0\0\0\0\0\3", text(new RevisionKey(258, 3, false).bytes()));
        assertEquals("\0\0\0\0\0\0\0\2_\0\0\0\0\0\0\0\0t", text(new RevisionKey(2, 0, true).bytes()));
        for (RevisionKey key : List.of(
                new RevisionKey(0, 0, false), new RevisionKey(Long.MAX_VALUE, Long.MAX_VALUE, true))) {
            assertEquals(key, RevisionKey.of(key.bytes()));
            final ByteBuffer buffer = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN).position(1);
            RevisionKey.put(key.main(), key.sub(), key.tombstone(), buffer);
            assertArrayEquals(key.bytes(), Arrays.copyOfRange(buffer.array(), 1, buffer.position()));
            assertEquals(ByteOrder.LITTLE_ENDIAN, buffer.order());
        }
    }

    @Test
    void whatIsNoRevisionKeyIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new RevisionKey(-1, 0, false));
        assertThrows(IllegalArgumentException.class, () -> RevisionKey.put(1, -1, true, ByteBuffer.allocate(18)));
        for (String bytes : List.of("", "\0\0\0\0\0\0\1\2_\0\0\0\0\0\0\0", "\0\0\0\0\0\0\1\2-\0\0\0\0\0\0\0\3",
                "\0\0\0\0\0\0\1\2_\0\0\0\0\0\0\0\3x", "\u00ff\0\0\0\0\0\1\2_\0\0\0\0\0\0\0\3")) {
            final byte[] key = bytes.getBytes(StandardCharsets.ISO_8859_1);
            assertThrows(IllegalArgumentException.class, () -> RevisionKey.of(key), () -> Arrays.toString(key));
        }
    }

    @Test
    void numbersAreBigEndian() {
        assertEquals("\0\0\0\0\0\0\1\2", text(EtcdSchema.number(258)));
        for (long value : new long[] {0, 1, -1, Long.MIN_VALUE, 0x0102030405060708L}) {
            assertEquals(value, EtcdSchema.number(EtcdSchema.number(value)));
        }
        assertThrows(IllegalArgumentException.class, () -> EtcdSchema.number(new byte[7]));
        assertArrayEquals(new byte[] {1}, EtcdSchema.flag(true));
        assertArrayEquals(new byte[] {0}, EtcdSchema.flag(false));
    }

    @Test
    void membersAreNamedInHex() {
        assertEquals("8e9e05c52164694d", text(EtcdSchema.memberKey(0x8e9e05c52164694dL)));
        assertEquals("1f", text(EtcdSchema.memberKey(31)));
        assertEquals(-2, EtcdSchema.memberId(EtcdSchema.memberKey(-2)));
        assertThrows(IllegalArgumentException.class, () -> EtcdSchema.memberId(Contents.bytes("x")));
    }

    @Test
    void aConfStateIsTheJsonOfItsFields() {
        assertEquals("{\"voters\":[7,18446744073709551615],\"auto_leave\":false}",
                text(EtcdSchema.confState(ConfState.newBuilder().addVoters(7).addVoters(-1).build())));
        assertEquals("{\"voters\":[1],\"learners\":[2],\"voters_outgoing\":[3,4],\"learners_next\":[5],"
                        + "\"auto_leave\":true}",
                text(EtcdSchema.confState(ConfState.newBuilder()
                        .addVoters(1)
                        .addLearners(2)
                        .addVotersOutgoing(3)
                        .addVotersOutgoing(4)
                        .addLearnersNext(5)
                        .setAutoLeave(true)
                        .build())));
    }
}
