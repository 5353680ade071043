package io.drawbore.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Backend;
import io.drawbore.api.EntryDigest;
import io.drawbore.api.ReadTx;
import io.drawbore.lease.KeptCheckpoints;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.testkit.MemoryDisk;
import io.drawbore.v2compat.internal.V2CompatPlugin;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every build gives every recorded log the digests it was recorded with, index by index, and the log of a real etcd the
 * history that this etcd had.
 */
class ReplayCorpusTest {
    private static final ApplyOptions TRANSLATING = new ApplyOptions(
            ApplyOptions.MAX_LEARNERS, new V2CompatPlugin().v2Translators().getFirst(), KeptCheckpoints.BY_VERSION);

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

    @ParameterizedTest
    @ValueSource(strings = {"3.5", "3.6", "3.7"})
    void theLogOfAnEtcdGivesTheHistoryThatItHad(String version) throws IOException, URISyntaxException {
        Corpus corpus = Corpus.read(corpora()
                .filter(file -> file.endsWith("etcd-" + version + ".txt"))
                .findFirst()
                .orElseThrow());
        assertTrue(corpus.said.size() > 5, "it said nothing of its history");
        Backend backend = new MemoryDisk().open(4);
        for (Corpus.Said said : corpus.said) {
            apply(backend, corpus.entries, said.index(), 17);
            HashKVResponse hash = Keyspace.load(backend, _ -> {}).hash(0);
            assertEquals(
                    said,
                    new Corpus.Said(
                            said.index(),
                            hash.getHashRevision(),
                            hash.getCompactRevision(),
                            Integer.toUnsignedLong(hash.getHash())));
        }
    }

    /** The last step of recording the log of an etcd, with {@code -Dcorpus.digests=write}. */
    @Test
    @EnabledIfSystemProperty(named = "corpus.digests", matches = "write")
    void newLogsGetTheirDigests() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/corpus"))) {
            for (Path file : files.toList()) {
                Corpus.complete(file);
            }
        }
    }

    static List<EntryDigest> replay(List<Entry> entries, int batch) {
        Backend backend = new MemoryDisk().open(4);
        apply(backend, entries, entries.size(), batch);
        try (ReadTx view = backend.read()) {
            return view.digests(0);
        }
    }

    /** Goes on where the store is, as a start does. */
    private static void apply(Backend backend, List<Entry> entries, long to, int batch) {
        int done;
        try (ReadTx view = backend.read()) {
            done = (int) view.applied().index();
        }
        Leases leases = Rooms.leases(backend);
        Applier applier =
                new Applier(backend, Keyspace.load(backend, leases::rowApplied), leases, TRANSLATING);
        while (done < to) {
            done += applier.apply(entries.subList(done, (int) Math.min(to, done + batch)), _ -> false)
                    .size();
        }
    }
}
