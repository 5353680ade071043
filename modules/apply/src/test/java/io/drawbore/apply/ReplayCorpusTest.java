package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.drawbore.api.Backend;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.ReadTx;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.testkit.MemoryDisk;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every build gives every recorded log the digests it was recorded with, index by index. */
class ReplayCorpusTest {
    static Stream<Path> corpora() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(ReplayCorpusTest.class.getResource("/corpus"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("corpora")
    void aRecordedLogGivesTheDigestsItWasRecordedWith(Path file) throws IOException {
        Corpus corpus = Corpus.read(file);
        assertFalse(corpus.entries.isEmpty());
        assertEquals(corpus.digests, replay(corpus.entries, 1));
        assertEquals(corpus.digests, replay(corpus.entries, 17));
    }

    static List<EntryDigest> replay(List<Entry> entries, int batch) {
        Backend backend = new MemoryDisk().open(4);
        Applier applier = Rooms.applier(backend);
        int done = 0;
        while (done < entries.size()) {
            done += applier.apply(entries.subList(done, Math.min(entries.size(), done + batch)), _ -> false)
                    .size();
        }
        try (ReadTx view = backend.read()) {
            return view.digests(0);
        }
    }
}
