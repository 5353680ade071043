package io.drawbore.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Backend;
import io.drawbore.api.BackendProvider;
import io.drawbore.api.Plugin;
import io.drawbore.api.WriteTx;
import io.drawbore.testkit.MemoryBackendProvider;
import io.drawbore.testkit.PassedOnBackend;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left where something goes wrong: nothing of what failed, and all of the rest. */
class EmbeddedFailureTest {
    @TempDir
    Path folder;

    @Test
    void aFailedInvariantIsToldAndTheJvmGoesOn() throws Exception {
        final Left before = new Left();
        final var store = new Breaking();
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().plugin(store).backend("breaking").start()) {
            Session.put(cluster.door(), "before", "well");
            store.broken.add("m0");
            final var _ = assertThrows(Exception.class, () -> Session.put(cluster.door(), "after", "never"));
            final Throwable reason = Session.done(cluster.failure());
            assertTrue(reason.getMessage().startsWith("member m0 failed: "), reason.getMessage());
            assertTrue(reason.getMessage().endsWith("the store broke"), reason.getMessage());
            assertFalse(cluster.isRunning(0));
            assertEquals(List.of(), before.leftThreads());

            store.broken.clear();
            cluster.restart(0);
            assertEquals("well", Session.get(cluster.door(), "before"));
        }
        assertEquals(List.of(), before.leftThreads());
    }

    /** Its raft thread went on to lead, and its ports stayed open. */
    @Test
    void aFailedLeaderIsEndedAndTheOthersElectAnother() throws Exception {
        final Left before = new Left();
        final var store = new Breaking();
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .members(3)
                .plugin(store)
                .backend("breaking")
                .flag("heartbeat-interval", "20")
                .flag("election-timeout", "200")
                .start()) {
            final int leader = Session.leader(cluster);
            final URI endpoint = cluster.endpoints().get(leader);
            store.broken.add("m" + leader);
            final var _ = assertThrows(Exception.class, () -> Session.put(cluster.door(leader), "is", "lost"));
            final Throwable reason = Session.done(cluster.failure());
            assertTrue(reason.getMessage().startsWith("member m" + leader + " failed: "), reason.getMessage());
            assertFalse(Left.isServed(endpoint));
            final String refusal = assertThrows(IllegalStateException.class, () -> cluster.door(leader))
                    .getMessage();
            assertEquals("member m" + leader + " doesn't run", refusal);
            Session.putAtLast(cluster.door(), "led by", "another");

            store.broken.clear();
            cluster.restart(leader);
            assertEquals("another", Session.get(cluster.door(leader), "led by"));
        }
        assertEquals(List.of(), before.leftThreads());
    }

    /** Log and store were closed under the threads that write to them. */
    @Test
    void aCloseByAnInterruptedThreadEndsAll() throws Exception {
        final Left before = new Left();
        final URI endpoint;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().dataDir(folder).start()) {
            endpoint = cluster.endpoints().getFirst();
            Session.put(cluster.door(), "kept", "yes");
            Thread.currentThread().interrupt();
        }
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), before.leftThreads());
        assertFalse(Left.isServed(endpoint));
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().dataDir(folder).start()) {
            assertEquals("yes", Session.get(cluster.door(), "kept"));
        }
    }

    @Test
    void aStartThatIsInterruptedLeavesNothing() {
        final Left before = new Left();
        final var store = new Breaking();
        store.interrupting.add("m2");
        final var builder =
                EmbeddedCluster.builder().members(3).plugin(store).backend("breaking");
        final var failed = assertThrows(IllegalStateException.class, builder::start);
        assertTrue(Thread.interrupted(), failed.toString());
        assertEquals(0, failed.getSuppressed().length, failed.toString());
        assertEquals(List.of(), before.leftThreads());
        assertEquals(List.of(), before.newFolders());
        assertEquals(List.of(), Left.openFiles());
    }

    @Test
    void aStoreThatThrowsAtItsCloseKeepsNothingElseFromEnding() {
        final Left before = new Left();
        final var store = new Breaking();
        final EmbeddedCluster cluster = EmbeddedCluster.builder()
                .members(3)
                .plugin(store)
                .backend("breaking")
                .start();
        final List<URI> endpoints = cluster.endpoints();
        store.unclosable.addAll(List.of("m0", "m1"));
        final var told = assertThrows(IllegalStateException.class, cluster::close);
        assertEquals("the store of m0 does not close", told.getMessage());
        assertEquals("the store of m1 does not close", told.getSuppressed()[0].getMessage());
        assertEquals(List.of(), before.leftThreads());
        assertEquals(List.of(), before.newFolders());
        assertEquals(List.of(), endpoints.stream().filter(Left::isServed).toList());
        cluster.close();
    }

    /** Stores that work until they are told to break, by their members' names. */
    private static final class Breaking implements Plugin, BackendProvider {
        private final MemoryBackendProvider memory = new MemoryBackendProvider();
        private final Set<String> broken = ConcurrentHashMap.newKeySet();
        private final Set<String> unclosable = ConcurrentHashMap.newKeySet();
        private final Set<String> interrupting = ConcurrentHashMap.newKeySet();

        @Override
        public String name() {
            return "breaking";
        }

        @Override
        public List<BackendProvider> backends() {
            return List.of(this);
        }

        @Override
        public Backend open(final Options options) {
            final String member = member(options.folder());
            if (interrupting.contains(member)) {
                Thread.currentThread().interrupt();
            }
            return new PassedOnBackend(memory.open(options)) {
                @Override
                public WriteTx begin() {
                    if (broken.contains(member)) {
                        throw new IllegalStateException("the store broke");
                    }
                    return super.begin();
                }

                @Override
                public void close() {
                    super.close();
                    if (unclosable.contains(member)) {
                        throw new IllegalStateException("the store of " + member + " does not close");
                    }
                }
            };
        }

        private static String member(final Path folder) {
            for (final Path part : folder) {
                if (part.toString().matches("m[0-2]")) {
                    return part.toString();
                }
            }
            throw new IllegalStateException(folder + " is no member's");
        }
    }
}
