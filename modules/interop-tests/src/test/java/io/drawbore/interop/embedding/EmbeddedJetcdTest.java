package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.drawbore.embed.EmbeddedCluster;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** jetcd in the same JVM as three members, of which each dies once and comes back. */
@Tag("full")
class EmbeddedJetcdTest {
    private static final long PATIENCE_SECONDS = 120;
    private static final long ANSWER_SECONDS = 20;

    @Test
    void jetcdGoesOnWhileMembersDieAndComeBack() throws Exception {
        final List<String> seen = Collections.synchronizedList(new ArrayList<>());
        final var last = new CompletableFuture<Void>();
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                        .members(3)
                        .flag("heartbeat-interval", "50")
                        .flag("election-timeout", "500")
                        .start();
                Client client = Client.builder().endpoints(cluster.endpoints()).build();
                Watch.Watcher watcher = client.getWatchClient()
                        .watch(bytes("round"), WatchOption.builder().withRevision(1).build(), answer -> {
                            answer.getEvents().forEach(event -> seen.add(text(event.getKeyValue().getValue())));
                            if (seen.contains("end")) {
                                last.complete(null);
                            }
                        })) {
            for (int member = 0; member < 3; member++) {
                cluster.kill(member);
                put(client.getKVClient(), "without " + member);
                cluster.restart(member);
                put(client.getKVClient(), "with " + member);
            }
            put(client.getKVClient(), "end");
            last.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertFalse(watcher.isClosed());
            assertEquals(
                    List.of("without 0", "with 0", "without 1", "with 1", "without 2", "with 2", "end"),
                    seen.stream().distinct().toList());
            assertFalse(cluster.failure().isDone());
        }
    }

    /** Again where nobody knows whether it was done: each round's value may come twice, and never late. */
    private static void put(final KV kv, final String value) throws Exception {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Exception failed = null;
        while (System.nanoTime() < end) {
            try {
                kv.put(bytes("round"), bytes(value)).get(ANSWER_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (final ExecutionException | TimeoutException again) {
                failed = again;
            }
        }
        throw new AssertionError("put of " + value, failed);
    }

    private static ByteSequence bytes(final String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(final ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
