package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import io.drawbore.api.Command;
import io.drawbore.api.StorageException;
import io.drawbore.api.V2Translator;
import io.drawbore.auth.Requester;
import io.drawbore.proto.etcdserverpb.InternalRaftRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestHeader;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntryDecoderTest {
    /** What accompanies a request, and what is no request of this store. */
    private static final Set<String> NO_REQUESTS = Set.of("header", "ID", "v2");

    /** What changes nothing wherever it is applied. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("range", "downgrade_version_test");

    static Stream<String> requests() {
        return InternalRaftRequest.getDescriptor().getFields().stream()
                .map(field -> field.getName())
                .filter(name -> !NO_REQUESTS.contains(name));
    }

    private static DecodedEntry decoded(ByteString data) {
        return new EntryDecoder(V2Translator.REJECT).decode(Entry.newBuilder()
                .setType(EntryType.EntryNormal)
                .setTerm(3)
                .setIndex(4)
                .setData(data)
                .build());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void everyRequestThatALogMayHoldIsACommand(String name) {
        var descriptor = InternalRaftRequest.getDescriptor();
        var field = descriptor.findFieldByName(name);
        ByteString data = DynamicMessage.newBuilder(descriptor)
                .setField(field, DynamicMessage.getDefaultInstance(field.getMessageType()))
                .build()
                .toByteString();
        Command command = decoded(data).command();
        assertEquals(WITHOUT_EFFECT.contains(name), command instanceof Command.NoOp, command.toString());
    }

    @Test
    void aRequestOfALaterVersionIsNotPassedOver() {
        ByteString unknown = ByteString.copyFrom(new byte[] {(byte) 0xfa, 0x7f, 0});
        StorageException refused = assertThrows(StorageException.class, () -> decoded(unknown));
        assertTrue(refused.getMessage().startsWith("log entry 3/4 "), refused.getMessage());
    }

    @Test
    void whoAsksStandsInTheHeader() {
        InternalRaftRequest.Builder put = InternalRaftRequest.newBuilder().setPut(PutRequest.getDefaultInstance());
        assertEquals(Requester.NOBODY, decoded(put.build().toByteString()).requester());
        put.setHeader(RequestHeader.newBuilder().setID(9).setUsername("alice").setAuthRevision(5));
        DecodedEntry entry = decoded(put.build().toByteString());
        assertEquals(new Requester("alice", 5), entry.requester());
        assertEquals(9, entry.requestId());
        assertInstanceOf(Command.Put.class, entry.command());
        assertNotEquals(Requester.NOBODY, entry.requester());
    }
}
