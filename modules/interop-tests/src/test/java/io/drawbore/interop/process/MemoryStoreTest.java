package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.interop.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store in memory, dropped into a folder of plug-ins: the log alone brings everything back. */
class MemoryStoreTest {
    @TempDir
    Path folder;

    private final Ports ports = Ports.free();

    private MemberProcess start() {
        // a log of so few entries would be released long before, if anything of the store were durable
        return MemberProcess.ready(
                folder,
                ports,
                "--backend=memory",
                "--plugins-dir=" + Samples.memory(),
                "--snapshot-count=10",
                "--snapshot-catchup-entries=1");
    }

    @Test
    void whatWasWrittenIsThereAgainByTheLog() throws IOException {
        final List<Stored> before;
        final long hash;
        final long revision;
        try (MemberProcess member = start();
                JsonClient client = new JsonClient(ports)) {
            for (int i = 0; i < 60; i++) {
                client.put("key" + i % 7, "value" + i);
            }
            client.delete("key3");
            before = client.all(0);
            revision = JsonClient.revision(client.status());
            hash = JsonClient.number(client.hashKv(revision), "hash");
            member.kill();
        }
        try (Stream<Path> files = Files.list(folder.resolve("data/member/store"))) {
            assertEquals(List.of(), files.toList(), "nothing is kept");
        }
        for (int start = 0; start < 2; start++) {
            try (MemberProcess member = start();
                    JsonClient client = new JsonClient(ports)) {
                assertEquals(before, client.all(0));
                assertEquals(hash, JsonClient.number(client.hashKv(revision), "hash"));
                assertTrue(client.one("key3", revision - 1).size() == 1, "history too");
                assertEquals(143, member.terminate(), member::text);
            }
        }
    }
}
