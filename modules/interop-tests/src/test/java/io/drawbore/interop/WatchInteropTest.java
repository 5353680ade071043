package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Watch streams, response by response, are those of etcd 3.7: ids, refusals, events live and past, fragments, progress
 * asked for and unasked, cancels and compactions. The full tier asks etcd itself.
 */
class WatchInteropTest {
    /** So that nobody has to wait for progress that comes by itself. */
    private static final String PROGRESS = "--watch-progress-notify-interval=100ms";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"creating", "events", "asking", "fragments", "notified", "compaction"})
    void drawboreAnswersAsEtcd(final String part) throws InterruptedException {
        compare(part, ServerKind.DRAWBORE);
    }

    @ParameterizedTest
    @Tag("full")
    @ValueSource(strings = {"creating", "events", "asking", "fragments", "notified", "compaction"})
    void etcdAnswersAsWritten(final String part) throws InterruptedException {
        compare(part, ServerKind.ETCD_3_7);
    }

    private void compare(final String part, final ServerKind kind) throws InterruptedException {
        final Path client = Programs.go("watch");
        try (ServerProcess server = ServerProcess.start(kind, folder, PROGRESS)) {
            final Ran ran = Ran.command(List.of(client.toString(), server.client(), part), "", Ran.SESSION);
            assertEquals(0, ran.exitCode(), ran.output());
            Transcript.compare("watching." + part + ".txt", ran.output() + "\n", kind);
        }
    }
}
