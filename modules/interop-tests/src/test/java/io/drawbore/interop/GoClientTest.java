package io.drawbore.interop;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Go client sees the same answers from us as from etcd 3.7; the full tier asks etcd itself. */
class GoClientTest {
    @TempDir
    Path folder;

    @Test
    void drawboreAnswersAsEtcd() throws InterruptedException {
        run(ServerKind.DRAWBORE);
    }

    @Test
    @Tag("full")
    void etcdAnswersAsWritten() throws InterruptedException {
        run(ServerKind.ETCD_3_7);
    }

    private void run(final ServerKind kind) throws InterruptedException {
        final Path client = Programs.go("client");
        try (ServerProcess server = ServerProcess.start(kind, folder)) {
            final Ran ran = Ran.command(List.of(client.toString(), server.client()), "", Ran.PATIENCE);
            final String output = ran.output()
                    .lines()
                    .filter(line -> !line.startsWith("{\"level\":"))
                    .map(line -> line + "\n")
                    .reduce("", String::concat);
            Transcript.compare("client.txt", output, kind);
        }
    }
}
