package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.Lease;
import io.etcd.jetcd.Maintenance;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.CompactOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.watch.WatchEvent;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** jetcd's leases, compaction and maintenance work with us; the full tier has the same with etcd 3.7. */
class JetcdServicesTest {
    private static final int SHA_256_BYTES = 32;
    private static final int RENEWALS = 3;

    /** Renewed each third of it, and not lost where this process stands still for the rest. */
    private static final int RENEWED_SECONDS = 9;

    /** Long enough for keys to be put on a lease before that ends, and to be waited for. */
    private static final int EXPIRING_SECONDS = 6;

    @TempDir
    Path folder;

    @Test
    void drawboreServesJetcd() throws Exception {
        services(ServerKind.DRAWBORE);
    }

    @Test
    @Tag("full")
    void etcdServesJetcd() throws Exception {
        services(ServerKind.ETCD_3_7);
    }

    private void services(final ServerKind kind) throws Exception {
        try (ServerProcess server = ServerProcess.start(kind, folder);
                Client client = Client.builder().endpoints(server.client()).build()) {
            leases(client.getKVClient(), client.getLeaseClient());
            renewals(client.getLeaseClient());
            expiry(client);
            compaction(client);
            maintenance(client.getMaintenanceClient(), server.client());
        }
    }

    private static void leases(final KV kv, final Lease leases) throws Exception {
        final long id = done(leases.grant(600)).getID();
        final PutOption leased = PutOption.builder().withLeaseId(id).build();
        done(kv.put(bytes("leased/a"), bytes("1"), leased));
        done(kv.put(bytes("leased/b"), bytes("2"), leased));
        done(kv.put(bytes("free"), bytes("3")));
        assertEquals(id, done(kv.get(bytes("leased/a"))).getKvs().getFirst().getLease());

        final var told =
                done(leases.timeToLive(id, LeaseOption.builder().withAttachedKeys().build()));
        assertEquals(600, told.getGrantedTTL());
        assertEquals(
                List.of("leased/a", "leased/b"),
                told.getKeys().stream().map(JetcdServicesTest::text).sorted().toList());
        assertEquals(600, done(leases.keepAliveOnce(id)).getTTL());

        final long before = done(kv.get(bytes("free"))).getHeader().getRevision();
        assertEquals(before + 1, done(leases.revoke(id)).getHeader().getRevision());
        final GetOption all = GetOption.builder().isPrefix(true).build();
        assertEquals(0, done(kv.get(bytes("leased/"), all)).getCount());
        assertEquals(-1, done(leases.timeToLive(id, LeaseOption.DEFAULT)).getTTL());
        refused("etcdserver: requested lease not found", leases.revoke(id));
        refused("etcdserver: requested lease not found", kv.put(bytes("late"), bytes("4"), leased));
    }

    /** The client renews at a third of the time to live; what is revoked ends its renewals. */
    private static void renewals(final Lease leases) throws Exception {
        final long id = done(leases.grant(RENEWED_SECONDS)).getID();
        final var renewed = new CountDownLatch(RENEWALS);
        final var ended = new CompletableFuture<Throwable>();
        final var observer = new StreamObserver<LeaseKeepAliveResponse>() {
            @Override
            public void onNext(final LeaseKeepAliveResponse answer) {
                renewed.countDown();
            }

            @Override
            public void onError(final Throwable failed) {
                ended.complete(failed);
            }

            @Override
            public void onCompleted() {}
        };
        try (CloseableClient keeper = leases.keepAlive(id, observer)) {
            assertTrue(renewed.await(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertTrue(done(leases.timeToLive(id, LeaseOption.DEFAULT)).getTTL() >= 0, keeper::toString);
            done(leases.revoke(id));
            assertInstanceOf(EtcdException.class, done(ended));
        }
    }

    private static void expiry(final Client client) throws Exception {
        final var gone = new CompletableFuture<List<String>>();
        final WatchOption deletions = WatchOption.builder().isPrefix(true).withNoPut(true).build();
        final Watch.Listener listener = Watch.listener(
                answer -> gone.complete(answer.getEvents().stream()
                        .map((final WatchEvent event) -> text(event.getKeyValue().getKey()))
                        .toList()),
                gone::completeExceptionally);
        try (Watch.Watcher watcher = client.getWatchClient().watch(bytes("short/"), deletions, listener)) {
            final long id = done(client.getLeaseClient().grant(EXPIRING_SECONDS)).getID();
            final PutOption leased = PutOption.builder().withLeaseId(id).build();
            for (final String key : List.of("short/b", "short/a")) {
                done(client.getKVClient().put(bytes(key), bytes(""), leased));
            }
            assertEquals(List.of("short/a", "short/b"), done(gone), watcher::toString);
        }
    }

    private static void compaction(final Client client) throws Exception {
        final KV kv = client.getKVClient();
        final long first = done(kv.put(bytes("c"), bytes("1"))).getHeader().getRevision();
        final long second = done(kv.put(bytes("c"), bytes("2"))).getHeader().getRevision();
        done(kv.compact(second, CompactOption.builder().withCompactPhysical(true).build()));
        final GetOption old = GetOption.builder().withRevision(first).build();
        refused("etcdserver: mvcc: required revision has been compacted", kv.get(bytes("c"), old));
        refused("etcdserver: mvcc: required revision has been compacted", kv.compact(first));
        refused("etcdserver: mvcc: required revision is a future revision", kv.compact(second + 100));

        final var refused = new CompletableFuture<Throwable>();
        final WatchOption fromOld = WatchOption.builder().withRevision(first).build();
        final Watch.Listener listener = Watch.listener(_ -> {}, refused::complete);
        try (Watch.Watcher watcher = client.getWatchClient().watch(bytes("c"), fromOld, listener)) {
            final var compacted = assertInstanceOf(CompactedException.class, done(refused), watcher::toString);
            assertEquals(second, compacted.getCompactedRevision());
        }
    }

    private static void maintenance(final Maintenance maintenance, final String url) throws Exception {
        assertTrue(done(maintenance.listAlarms()).getAlarms().isEmpty());
        done(maintenance.defragmentMember(url));
        final var status = done(maintenance.statusMember(url));
        assertEquals("3.7.1", status.getVersion());
        assertTrue(status.getDbSize() > 0);
        assertTrue(status.getRaftIndex() > 0);
        final var hash = done(maintenance.hashKV(url, 0));
        assertTrue(hash.getCompacted() > 0, hash::toString);

        final var file = new ByteArrayOutputStream();
        final long size = done(maintenance.snapshot(file));
        assertEquals(file.size(), size);
        final byte[] database = Arrays.copyOf(file.toByteArray(), file.size() - SHA_256_BYTES);
        final byte[] sum = Arrays.copyOfRange(file.toByteArray(), database.length, file.size());
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(database), sum);
    }

    /** Some of the client's calls put the code before etcd's text. */
    private static void refused(final String text, final CompletableFuture<?> future) {
        final Throwable refusal = assertThrows(ExecutionException.class, () -> done(future)).getCause();
        assertTrue(refusal.getMessage().endsWith(text), refusal::toString);
    }

    private static <T> T done(final CompletableFuture<T> future) throws Exception {
        return future.get(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static ByteSequence bytes(final String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(final ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
