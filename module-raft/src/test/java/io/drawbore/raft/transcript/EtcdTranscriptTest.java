package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The transcripts that etcd's own raft is tested by, log lines included. */
public class EtcdTranscriptTest {
    private static Path module;

    @BeforeAll
    static void findModule() {
        module = GoModule.directory("go.etcd.io/raft/v3@v3.7.0");
    }

    @TestFactory
    Stream<DynamicTest> quorums() throws IOException {
        return files("quorum/testdata", QuorumTranscript::new);
    }

    @TestFactory
    Stream<DynamicTest> configurationChanges() throws IOException {
        return files("confchange/testdata", ConfChangeTranscript::new);
    }

    @TestFactory
    Stream<DynamicTest> interactions() throws IOException {
        return files("testdata", InteractionTranscript::new);
    }

    private static Stream<DynamicTest> files(String directory, Supplier<Transcript> transcript) throws IOException {
        try (Stream<Path> files = Files.list(module.resolve(directory))) {
            List<Path> sorted = files.sorted().toList();
            assertFalse(sorted.isEmpty(), "no transcripts in " + directory);
            return sorted.stream().map(file -> dynamicTest(file.getFileName().toString(),
                    () -> {
                        assumeFalse(file.getFileName().toString().startsWith("async_storage_writes"),
                                "skipped: writing to storage by messages (asynchronous storage writes) is not offered");
                        Transcripts.replay(file, transcript.get());
                    }));
        }
    }
}
