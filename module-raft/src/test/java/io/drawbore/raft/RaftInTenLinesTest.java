package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How little it takes to use the core from a test. */
class RaftInTenLinesTest {
    @Test
    void oneMemberCommitsAnEntry() {
        // documented
        MemoryStorage storage = MemoryStorage.empty(ConfState.newBuilder().addVoters(1).build());
        RaftNode node = RaftNode.create(RaftConfig.builder(1, new SplittableRandom(7)).build(), storage);
        List<Entry> applied = new ArrayList<>();
        for (Runnable wish : List.<Runnable>of(node::campaign, () -> node.propose(ByteString.copyFromUtf8("hello")))) {
            wish.run();
            while (node.hasReady()) {
                Ready ready = node.ready();
                storage.mirror(ready);
                applied.addAll(ready.committedEntries());
                node.advance();
            }
        }
        // until here
        assertEquals("hello", applied.getLast().getData().toStringUtf8());
    }

    @Test
    void threeMembersElectALeader() {
        ConfState voters = ConfState.newBuilder().addAllVoters(List.of(1L, 2L, 3L)).build();
        Map<Long, MemoryStorage> storages = new TreeMap<>();
        Map<Long, RaftNode> nodes = new TreeMap<>();
        for (long id : voters.getVotersList()) {
            storages.put(id, MemoryStorage.empty(voters));
            nodes.put(id, RaftNode.create(RaftConfig.builder(id, new SplittableRandom(id)).build(), storages.get(id)));
        }
        nodes.get(1L).campaign();
        while (nodes.values().stream().anyMatch(RaftNode::hasReady)) {
            nodes.forEach((id, node) -> {
                Ready ready = node.ready();
                storages.get(id).mirror(ready);
                node.advance();
                ready.messages().forEach(message -> nodes.get(message.getTo()).step(message));
            });
        }
        nodes.values().forEach(node -> assertEquals(1, node.status().softState().lead()));
    }

    @Test
    void theDocumentedLinesAreThoseOfTheFirstTest() throws IOException {
        String code = between(Files.readString(Path.of("src/test/java/io/drawbore/raft/RaftInTenLinesTest.java")),
                "// documented\n", "        // until here");
        String documented = between(Files.readString(Path.of("src/main/java/io/drawbore/raft/package-info.java")),
                "<pre>{@code\n", " * }</pre>");
        assertEquals(code, documented.replaceAll("(?m)^ \\* ", "        "));
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
