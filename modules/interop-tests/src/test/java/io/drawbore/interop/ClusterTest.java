package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of ours alone. */
class ClusterTest {
    @TempDir
    Path folder;

    @Test
    void oneOfThreeMembersMayDieAndComeBack() throws InterruptedException {
        try (Cluster cluster = found(3)) {
            cluster.putAtEach("before", "1");
            final int dies = cluster.leader();
            cluster.kill(dies);
            cluster.putAtEach("meanwhile", "2");
            cluster.restart(dies);
            cluster.putAtEach("after", "3");
            assertEquals("3", cluster.ctlAt(dies, "get", "after" + dies, "--print-value-only"));
            cluster.assertSame();
        }
    }

    @Test
    @Tag("full")
    void twoOfFiveMembersMayDie() throws InterruptedException {
        try (Cluster cluster = found(5)) {
            cluster.putAtEach("before", "1");
            cluster.kill(cluster.leader());
            cluster.kill(cluster.leader());
            cluster.putAtEach("meanwhile", "2");
            cluster.assertSame();
        }
    }

    @Test
    @Tag("full")
    void aMemberJoinsAndAnotherIsReplaced() throws InterruptedException {
        try (Cluster cluster = found(3)) {
            cluster.putAtEach("before", "1");
            final int joined = cluster.join(ServerKind.DRAWBORE);
            cluster.putAtEach("joined", "2");
            cluster.assertSame();
            cluster.moveLeader(joined);
            cluster.putAtEach("leads", "3");
            cluster.stop(0);
            cluster.replace(0, ServerKind.DRAWBORE);
            cluster.putAtEach("replaced", "4");
            cluster.assertSame();
        }
    }

    private Cluster found(final int members) {
        return Cluster.found(folder, Collections.nCopies(members, ServerKind.DRAWBORE));
    }
}
