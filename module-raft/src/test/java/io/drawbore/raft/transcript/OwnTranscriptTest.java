package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Our own transcripts, for what etcd's do not show. They lie beside this class in the test resources. */
class OwnTranscriptTest {
    /** Where we mean to do otherwise than etcd; each says why. */
    private static final Set<String> OURS_ALONE =
            Set.of("single_voter_read_index.txt", "single_voter_restart.txt");

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
        return files().stream().map(file -> dynamicTest(file.getFileName().toString(),
                () -> Transcripts.replay(file, new InteractionTranscript())));
    }

    @TestFactory
    Stream<DynamicTest> etcdRaftSaysTheSame() throws IOException, URISyntaxException {
        EtcdRaft.build();
        return files().stream().filter(file -> !OURS_ALONE.contains(file.getFileName().toString()))
                .map(file -> dynamicTest(file.getFileName().toString(), () -> askEtcdRaft(file)));
    }

    private static void askEtcdRaft(Path file) throws IOException {
        List<Step> steps = Directive.read(file).stream()
                .map(directive -> new Step(directive.commandLine(), directive.input(), directive.expected())).toList();
        try (EtcdRaft etcd = EtcdRaft.start()) {
            List<Step> answered = etcd.run(steps);
            for (int i = 0; i < steps.size(); i++) {
                assertEquals(answered.get(i), steps.get(i));
            }
        }
    }

    static List<Path> files() throws IOException, URISyntaxException {
        Path directory = Path.of(Objects.requireNonNull(
                OwnTranscriptTest.class.getResource("single_voter_bootstrap.txt")).toURI()).getParent();
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> transcripts = files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
            assertFalse(transcripts.isEmpty());
            return transcripts;
        }
    }
}
