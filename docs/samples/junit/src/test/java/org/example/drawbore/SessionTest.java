package org.example.drawbore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.junit.DrawboreEndpoint;
import io.drawbore.junit.DrawboreExtension;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A session ends, and who watches is told: with the extension in the form that takes more settings. */
class SessionTest {
    @RegisterExtension
    static final DrawboreExtension ETCD =
            DrawboreExtension.builder().flags("--max-txn-ops=1000").build();

    private DrawboreEndpoint etcd;

    @Test
    void aKeyGoesWithItsLease() throws Exception {
        final ByteSequence key = ByteSequence.from("session", StandardCharsets.UTF_8);
        final BlockingQueue<WatchEvent.EventType> seen = new LinkedBlockingQueue<>();
        try (Client client = Client.builder().endpoints(etcd.uri()).build();
                Watch.Watcher watcher = client.getWatchClient().watch(key, answer -> {
                    answer.getEvents().forEach(event -> seen.add(event.getEventType()));
                })) {
            final long lease = client.getLeaseClient().grant(60).get().getID();
            client.getKVClient()
                    .put(key, key, PutOption.builder().withLeaseId(lease).build())
                    .get();
            assertEquals(WatchEvent.EventType.PUT, seen.poll(10, TimeUnit.SECONDS));

            client.getLeaseClient().revoke(lease).get();
            assertEquals(WatchEvent.EventType.DELETE, seen.poll(10, TimeUnit.SECONDS));
            assertTrue(client.getKVClient().get(key).get().getKvs().isEmpty());
        }
    }
}
