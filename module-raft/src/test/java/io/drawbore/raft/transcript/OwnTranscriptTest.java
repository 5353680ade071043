package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Our own transcripts, for what etcd's do not show. They lie beside this class in the test resources. */
class OwnTranscriptTest {
    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
        return files().stream().map(file -> dynamicTest(file.getFileName().toString(),
                () -> Transcripts.replay(file, new InteractionTranscript())));
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
