package io.drawbore.raft.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The transcripts that etcd's own raft is tested by, to the letter and log lines included: 41 files with 743
 * directives.
 */
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

    /** What etcd's raft 3.7.0 has: a file or directive that is not read would not be missed otherwise. */
    @Test
    void nothingIsLeftOut() throws IOException {
        assertEquals(new Extent(28, 558), extent("testdata"));
        assertEquals(new Extent(4, 127), extent("quorum/testdata"));
        assertEquals(new Extent(9, 58), extent("confchange/testdata"));
    }

    private record Extent(int files, int directives) {
    }

    private static Extent extent(String directory) throws IOException {
        int directives = 0;
        List<Path> files = list(directory);
        for (Path file : files) {
            directives += Directive.read(file).size();
        }
        return new Extent(files.size(), directives);
    }

    private static List<Path> list(String directory) throws IOException {
        try (Stream<Path> files = Files.list(module.resolve(directory))) {
            return files.sorted().toList();
        }
    }

    private static Stream<DynamicTest> files(String directory, Supplier<Transcript> transcript) throws IOException {
        return list(directory).stream().map(file -> dynamicTest(file.getFileName().toString(),
                () -> Transcripts.replay(file, transcript.get())));
    }
}
