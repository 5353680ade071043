package io.drawbore.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members inside this JVM; on the class path, as in most projects. */
class EmbeddedClusterTest {
    @TempDir
    Path folder;

    @Test
    void aMemberIsReadyOnReturnAndLeavesNothing() throws Exception {
        final Left before = new Left();
        final URI endpoint;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().start()) {
            endpoint = cluster.endpoints().getFirst();
            assertEquals(2, Session.put(cluster.door(), "greeting", "hello"));
            assertEquals("hello", Session.get(cluster.door(0), "greeting"));
            assertTrue(Session.page(endpoint, "/health").contains("\"true\""));
            assertEquals(1, before.newFolders().size());
            assertFalse(before.newThreads().isEmpty());
        }
        assertEquals(List.of(), before.leftThreads());
        assertEquals(List.of(), before.newFolders());
        assertEquals(List.of(), Left.openFiles());
        assertFalse(Left.isServed(endpoint));
    }

    @Test
    void threeMembersOutliveTheEndOfOne() throws Exception {
        final Left before = new Left();
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .members(3)
                .flag("heartbeat-interval", "20")
                .flag("election-timeout", "200")
                .start()) {
            final int follower = (Session.leader(cluster) + 1) % 3;
            cluster.kill(follower);
            assertFalse(cluster.isRunning(follower));
            assertFalse(Left.isServed(cluster.endpoints().get(follower)));
            Session.putAtLast(cluster.door(), "ended", "follower");
            cluster.restart(follower);
            assertEquals("follower", Session.get(cluster.door(follower), "ended"));

            final int leader = Session.leader(cluster);
            cluster.stop(leader);
            Session.putAtLast(cluster.door(), "ended", "leader");
            cluster.restart(leader);
            assertEquals("leader", Session.get(cluster.door(leader), "ended"));
            Session.awaitPage(cluster.endpoints().get(1), "/metrics", "etcd_server_has_leader 1");
            assertFalse(cluster.failure().isDone());
        }
        assertEquals(List.of(), before.leftThreads());
        assertEquals(List.of(), before.newFolders());
    }

    /** How often a folder is opened again until no other program was given one of its ports meanwhile. */
    private static final int ATTEMPTS = 5;

    @Test
    void aFolderIsOpenedAgainUnderTheSameEndpoints() throws Exception {
        List<URI> endpoints;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().dataDir(folder).start()) {
            endpoints = cluster.endpoints();
            Session.put(cluster.door(), "kept", "yes");
        }
        boolean areTheSame = false;
        for (int attempt = 0; attempt < ATTEMPTS && !areTheSame; attempt++) {
            try (EmbeddedCluster cluster =
                    EmbeddedCluster.builder().dataDir(folder).start()) {
                areTheSame = endpoints.equals(cluster.endpoints());
                endpoints = cluster.endpoints();
                assertEquals("yes", Session.get(cluster.door(), "kept"));
            }
        }
        assertTrue(areTheSame, "others at each start");
        final var three = EmbeddedCluster.builder().dataDir(folder).members(3);
        final String refusal = assertThrows(IllegalArgumentException.class, three::start).getMessage();
        assertEquals(folder.toAbsolutePath() + " holds a cluster of 1, not of 3 members", refusal);
    }

    @Test
    void aFolderWhosePortsAreTakenOpensOnOthers() throws Exception {
        final URI endpoint;
        final int peerPort;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().dataDir(folder).start()) {
            endpoint = cluster.endpoints().getFirst();
            peerPort = Session.peerUrl(cluster.door()).getPort();
            Session.put(cluster.door(), "kept", "yes");
        }
        try (ServerSocket _ = taken(endpoint.getPort());
                ServerSocket _ = taken(peerPort);
                EmbeddedCluster cluster =
                        EmbeddedCluster.builder().dataDir(folder).start()) {
            assertNotEquals(endpoint, cluster.endpoints().getFirst());
            assertNotEquals(peerPort, Session.peerUrl(cluster.door()).getPort());
            assertTrue(Left.isServed(Session.peerUrl(cluster.door())));
            assertEquals("yes", Session.get(cluster.door(), "kept"));
        }
    }

    @Test
    void threeMembersWhosePeerPortIsTakenSayWhatToDo() throws Exception {
        final URI endpoint;
        final int peerPort;
        try (EmbeddedCluster cluster =
                EmbeddedCluster.builder().members(3).dataDir(folder).start()) {
            endpoint = cluster.endpoints().getFirst();
            peerPort = Session.peerUrl(cluster.door(1)).getPort();
            Session.putAtLast(cluster.door(), "kept", "yes");
        }
        final var again = EmbeddedCluster.builder().members(3).dataDir(folder);
        try (ServerSocket _ = taken(peerPort)) {
            final String refusal = assertThrows(IllegalStateException.class, again::start).getMessage();
            assertTrue(refusal.startsWith("port " + peerPort + " of the loopback address is taken"), refusal);
            assertTrue(refusal.contains("member m1"), refusal);
        }
        try (ServerSocket _ = taken(endpoint.getPort());
                EmbeddedCluster cluster = again.start()) {
            assertNotEquals(endpoint, cluster.endpoints().getFirst());
            assertEquals("yes", Session.get(cluster.door(), "kept"));
        }
    }

    private static ServerSocket taken(final int port) throws IOException {
        try {
            return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        } catch (final BindException already) {
            // by another program
            return new ServerSocket();
        }
    }

    /** It was cut off and written anew at each start. */
    @Test
    void theNoteOfThePortsIsWrittenOnce() throws Exception {
        boolean isTheSame = false;
        for (int attempt = 0; attempt < ATTEMPTS && !isTheSame; attempt++) {
            final Path note = folder.resolve("embedded.properties");
            final FileTime longAgo = FileTime.fromMillis(0);
            final String noted;
            try (EmbeddedCluster _ = EmbeddedCluster.builder().dataDir(folder).start()) {
                Files.setLastModifiedTime(note, longAgo);
                noted = Files.readString(note);
            }
            try (EmbeddedCluster _ = EmbeddedCluster.builder().dataDir(folder).start()) {
                isTheSame = noted.equals(Files.readString(note));
                assertEquals(isTheSame, longAgo.equals(Files.getLastModifiedTime(note)));
                assertFalse(Files.exists(folder.resolve("embedded.properties.new")));
            }
        }
        assertTrue(isTheSame, "other ports at each start");
    }

    @Test
    void anOutageOfAllEndsWithTheirMajority() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().members(3).start()) {
            Session.putAtLast(cluster.door(), "before", "all");
            IntStream.range(0, 3).forEach(cluster::kill);
            final var first = CompletableFuture.runAsync(() -> cluster.restart(0));
            while (!cluster.isRunning(0)) {
                Thread.onSpinWait();
            }
            assertEquals(3, cluster.endpoints().size());
            cluster.restart(1);
            Session.done(first);
            assertEquals("all", Session.get(cluster.door(1), "before"));
            assertFalse(cluster.isRunning(2));

            IntStream.range(0, 3).forEach(cluster::kill);
            cluster.restartAll();
            assertEquals("all", Session.get(cluster.door(2), "before"));
        }
    }

    @Test
    void anotherStoreIsChosenByItsName() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().backend("memory").start()) {
            assertEquals(2, Session.put(cluster.door(), "kept", "for now"));
            assertEquals("for now", Session.get(cluster.door(), "kept"));
        }
    }

    @Test
    void whatCannotBeStartedSaysWhyAndLeavesNothing() {
        final Left before = new Left();
        final var unknown = EmbeddedCluster.builder().backend("rocks").flag("heartbeat-interval", "soon");
        final String mistakes = assertThrows(IllegalArgumentException.class, unknown::start).getMessage();
        assertTrue(mistakes.contains("heartbeat-interval"), mistakes);
        final var missing = EmbeddedCluster.builder().backend("rocks");
        final String refusal = assertThrows(IllegalArgumentException.class, missing::start).getMessage();
        assertTrue(refusal.contains("--backend=rocks is offered by no plug-in; there are: "), refusal);
        assertEquals(List.of(), before.leftThreads());
        assertEquals(List.of(), before.newFolders());
    }

    @Test
    void whatTheClusterDecidesIsNoFlag() {
        final var builder = EmbeddedCluster.builder();
        final var _ = assertThrows(IllegalArgumentException.class, () -> builder.members(2));
        final String refusal =
                assertThrows(IllegalArgumentException.class, () -> builder.flag("data-dir", "here")).getMessage();
        assertTrue(refusal.startsWith("--data-dir is for the embedded cluster to decide"), refusal);
    }
}
