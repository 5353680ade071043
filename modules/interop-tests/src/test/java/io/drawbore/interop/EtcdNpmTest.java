package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcd3, the client of npm, has a session with us with the answers etcd 3.7 gives it: keys, namespaces, transactions,
 * leases, watches, and what it builds of them itself: locks, elections and software transactions. The full tier asks
 * etcd itself.
 */
class EtcdNpmTest {
    @TempDir
    Path folder;

    @Test
    void drawboreAnswersAsEtcd() throws InterruptedException {
        session(ServerKind.DRAWBORE);
    }

    @Test
    @Tag("full")
    void etcdAnswersAsWritten() throws InterruptedException {
        session(ServerKind.ETCD_3_7);
    }

    private void session(final ServerKind kind) throws InterruptedException {
        final Path program = Programs.node("etcd3").resolve("session.js");
        try (ServerProcess server = ServerProcess.start(kind, folder)) {
            final Ran ran =
                    Ran.command(List.of("node", program.toString(), server.client()), "", Ran.SESSION);
            assertEquals(0, ran.exitCode(), ran.output());
            Transcript.compare("etcd3.session.txt", ran.output() + "\n", kind);
        }
    }
}
