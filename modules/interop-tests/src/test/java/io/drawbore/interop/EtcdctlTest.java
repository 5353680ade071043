package io.drawbore.interop;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** etcdctl of three ages sees the same answers from us as from etcd 3.7; the full tier asks etcd itself. */
class EtcdctlTest {
    @TempDir
    Path folder;

    /** Which etcdctl. */
    enum Client {
        V3_4(Programs::debianEtcdctl),
        V3_6(() -> Programs.go("etcdctl-3.6")),
        V3_7(() -> Programs.go("etcdctl-3.7"));

        private final Supplier<Path> program;

        Client(final Supplier<Path> program) {
            this.program = program;
        }
    }

    @ParameterizedTest
    @CsvSource({"kv,V3_4", "kv,V3_6", "count,V3_6", "txn,V3_4", "txn,V3_6", "watch,V3_4", "watch,V3_6", "status,V3_4",
        "status,V3_6", "lease,V3_4", "lease,V3_6", "maintenance,V3_4", "maintenance,V3_6", "stream,V3_7",
        "members,V3_6", "downgrade,V3_6"})
    void drawboreAnswersAsEtcd(final String script, final Client client) throws InterruptedException {
        run(script, client, ServerKind.DRAWBORE);
    }

    @ParameterizedTest
    @Tag("full")
    @CsvSource({"kv,V3_4", "kv,V3_6", "count,V3_6", "txn,V3_4", "txn,V3_6", "watch,V3_4", "watch,V3_6", "status,V3_4",
        "status,V3_6", "lease,V3_4", "lease,V3_6", "maintenance,V3_4", "maintenance,V3_6", "stream,V3_7",
        "members,V3_6", "downgrade,V3_6"})
    void etcdAnswersAsWritten(final String script, final Client client) throws InterruptedException {
        run(script, client, ServerKind.ETCD_3_7);
    }

    @ParameterizedTest
    @Tag("full")
    @CsvSource({"kv,V3_6", "txn,V3_6", "watch,V3_6", "lease,V3_6"})
    void theAnswersAreTheSameInEtcd36(final String script, final Client client) throws InterruptedException {
        run(script, client, ServerKind.ETCD_3_6);
    }

    /** There {@code endpoint status} and {@code endpoint hashkv} of 3.4 send the whole URL as the authority. */
    @Test
    void etcdctl34AsksForTheStatusOfAUrl() throws InterruptedException {
        run("status", Client.V3_4, ServerKind.DRAWBORE, true);
    }

    private void run(final String script, final Client client, final ServerKind kind) throws InterruptedException {
        run(script, client, kind, client != Client.V3_4);
    }

    private void run(final String script, final Client client, final ServerKind kind, final boolean withScheme)
            throws InterruptedException {
        final Path etcdctl = client.program.get();
        try (ServerProcess server = ServerProcess.start(kind, folder)) {
            final String url = server.client();
            final String actual = Script.of(Transcript.resource(script + ".script"))
                    .run(etcdctl, server, withScheme ? url : url.substring("http://".length()));
            Transcript.compare(script + "." + client + ".txt", actual, kind);
        }
    }
}
