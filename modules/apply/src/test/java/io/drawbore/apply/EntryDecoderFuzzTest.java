package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.drawbore.api.StorageException;
import io.drawbore.api.V2Translator;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of an entry are understood or refused with the entry's place. */
class EntryDecoderFuzzTest {
    private static final EntryDecoder DECODER = new EntryDecoder(V2Translator.REJECT);

    /** First the entry's type, then its data. */
    static Stream<byte[]> seeds() {
        Log log = new Log().noOp().put("a", "1").putBoth("a", "b", "2").delete("a", "b").clusterVersion("3.7.0")
                .attributes(1, "one", "http://a:1").addMember(1, "http://a:2").removeMember(1);
        return log.entries.stream()
                .map(entry -> ByteString.copyFrom(new byte[] {(byte) entry.getType().ordinal()})
                        .concat(entry.getData())
                        .toByteArray());
    }

    @MethodSource("seeds")
    @FuzzTest
    void anEntryIsUnderstoodOrRefused(byte[] data) {
        if (data.length < 1) {
            return;
        }
        Entry entry = Entry.newBuilder()
                .setType(EntryType.values()[(data[0] & 0xff) % EntryType.values().length])
                .setTerm(3)
                .setIndex(4)
                .setData(ByteString.copyFrom(data, 1, data.length - 1))
                .build();
        try {
            assertEquals(DECODER.decode(entry), DECODER.decode(entry));
        } catch (StorageException refused) {
            assertTrue(String.valueOf(refused.getMessage()).startsWith("log entry 3/4 "), refused.toString());
        }
    }
}
