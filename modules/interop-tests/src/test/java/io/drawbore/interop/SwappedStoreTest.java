package io.drawbore.interop;

import static io.drawbore.interop.ServerKind.DRAWBORE;
import static io.drawbore.interop.ServerKind.DRAWBORE_IN_MEMORY;
import static io.drawbore.interop.ServerKind.DRAWBORE_ON_MVSTORE;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members with stores of plug-ins in one cluster with members on SQLite: equal hashes, whatever happens to them. */
@Tag("full")
class SwappedStoreTest {
    private static final List<ServerKind> WITH_MVSTORE = List.of(DRAWBORE, DRAWBORE_ON_MVSTORE, DRAWBORE_ON_MVSTORE);

    @TempDir
    Path folder;

    @Test
    void aMemberOnMvStoreMayLeadAndDieAndComeBack() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, WITH_MVSTORE)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.moveLeader(i);
                cluster.putMany(i, "led-by-" + i + "-", 100);
                cluster.kill(i);
                cluster.putAtEach("meanwhile" + i, "2");
                cluster.restart(i);
                cluster.putAtEach("after" + i, "3");
                cluster.assertSame();
            }
            cluster.ctl("del", "led-by-0", "--prefix");
            cluster.ctl("compaction", "150");
            cluster.assertSame();
            assertTrue(Files.exists(folder.resolve("m1-0/data/member/store/db.mv")), "it is on MVStore");
        }
    }

    /** Snapshots go from a store of one kind to one of another, both ways. */
    @Test
    void whoFallsBehindGetsASnapshotFromAnotherKindOfStore() throws InterruptedException {
        try (Cluster cluster = Cluster.found(folder, WITH_MVSTORE, ClusterScenes.SHORT_LOGS)) {
            ClusterScenes.eachFallsBehind(cluster);
            ClusterScenes.oneJoinsLate(cluster, DRAWBORE_ON_MVSTORE);
        }
    }

    /** What it holds in memory comes back by its own log; what a snapshot brought can't, and it says so. */
    @Test
    void aMemberInMemoryComesBackByItsLogButNotFromASnapshot() throws InterruptedException {
        try (Cluster cluster =
                Cluster.found(folder, List.of(DRAWBORE, DRAWBORE, DRAWBORE_IN_MEMORY), ClusterScenes.SHORT_LOGS)) {
            cluster.moveLeader(2);
            cluster.putMany(2, "a", 100);
            cluster.kill(2);
            cluster.restart(2);
            cluster.putAtEach("back", "1");
            cluster.assertSame();

            cluster.stop(2);
            cluster.replace(2, DRAWBORE_IN_MEMORY);
            cluster.putAtEach("new", "1");
            cluster.assertSame();
            cluster.stop(2);
            final String said = cluster.refused(2);
            assertTrue(said.contains("as where a store that keeps nothing got a snapshot"), said);
            assertTrue(said.contains("remove its data dir and add it as a new member"), said);

            cluster.replace(2, DRAWBORE_IN_MEMORY);
            cluster.putAtEach("newer", "1");
            cluster.assertSame();
        }
    }
}
