package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** jetcd, the client of the JVM's own, has a session with us; the full tier has the same with etcd 3.7. */
class JetcdTest {
    @TempDir
    Path folder;

    @Test
    void drawboreServesASession() throws Exception {
        session(ServerKind.DRAWBORE);
    }

    @Test
    @Tag("full")
    void etcdServesASession() throws Exception {
        session(ServerKind.ETCD_3_7);
    }

    private void session(final ServerKind kind) throws Exception {
        try (ServerProcess server = ServerProcess.start(kind, folder);
                Client client = Client.builder().endpoints(server.client()).build()) {
            puts(client.getKVClient());
            gets(client.getKVClient());
            deletes(client.getKVClient());
            txns(client.getKVClient());
            watches(client);
            operators(client, server);
        }
    }

    private static void puts(final KV kv) throws Exception {
        for (final String key : List.of("a", "b", "c/1", "c/2", "c/3")) {
            done(kv.put(bytes(key), bytes("1 of " + key)));
        }
        final var put =
                done(kv.put(bytes("a"), bytes("2 of a"), PutOption.builder().withPrevKV().build()));
        assertEquals(7, put.getHeader().getRevision());
        assertEquals("1 of a", text(put.getPrevKv().getValue()));
    }

    private static void gets(final KV kv) throws Exception {
        assertEquals(List.of("a=2 of a"), list(done(kv.get(bytes("a")))));
        assertEquals(List.of("a=1 of a"), list(done(kv.get(bytes("a"), GetOption.builder().withRevision(2).build()))));
        final GetOption.Builder prefix = GetOption.builder().isPrefix(true);
        assertEquals(
                List.of("c/3=1 of c/3", "c/2=1 of c/2"),
                list(done(kv.get(
                        bytes("c/"),
                        prefix.withLimit(2)
                                .withSortField(GetOption.SortTarget.KEY)
                                .withSortOrder(GetOption.SortOrder.DESCEND)
                                .build()))));
        final GetResponse count = done(kv.get(
                bytes("c/"), GetOption.builder().isPrefix(true).withCountOnly(true).build()));
        assertEquals(3, count.getCount());
        assertTrue(count.getKvs().isEmpty());
        final GetResponse keys = done(kv.get(
                bytes("b"),
                GetOption.builder().withRange(bytes("c/2")).withKeysOnly(true).withSerializable(true).build()));
        assertEquals(List.of("b=", "c/1="), list(keys));
    }

    private static void deletes(final KV kv) throws Exception {
        assertEquals(1, done(kv.delete(bytes("b"))).getDeleted());
        assertEquals(0, done(kv.delete(bytes("b"))).getDeleted());
        final var deleted = done(kv.delete(
                bytes("c/2"),
                DeleteOption.builder().withRange(bytes("c/9")).withPrevKV(true).build()));
        assertEquals(2, deleted.getPrevKvs().size());
    }

    private static void txns(final KV kv) throws Exception {
        for (final int version : List.of(2, 9)) {
            final TxnResponse txn = done(kv.txn()
                    .If(new Cmp(bytes("a"), Cmp.Op.EQUAL, CmpTarget.version(version)))
                    .Then(Op.put(bytes("a"), bytes("3 of a"), PutOption.DEFAULT))
                    .Else(Op.get(bytes("a"), GetOption.DEFAULT))
                    .commit());
            assertEquals(version == 2, txn.isSucceeded());
            assertEquals(version == 2 ? 1 : 0, txn.getPutResponses().size());
            assertEquals(version == 2 ? 0 : 1, txn.getGetResponses().size());
        }
    }

    private static void watches(final Client client) throws Exception {
        final var seen = new ArrayList<String>();
        final var live = new CompletableFuture<List<String>>();
        final WatchOption option = WatchOption.builder().isPrefix(true).withRevision(7).build();
        final Watch.Listener listener = Watch.listener(
                answer -> {
                    for (final WatchEvent event : answer.getEvents()) {
                        seen.add(event.getEventType() + " " + text(event.getKeyValue().getKey()) + " at "
                                + event.getKeyValue().getModRevision());
                        if (text(event.getKeyValue().getKey()).equals("live")) {
                            live.complete(List.copyOf(seen));
                        }
                    }
                },
                live::completeExceptionally);
        try (Watch.Watcher watcher = client.getWatchClient().watch(bytes(""), option, listener)) {
            assertFalse(watcher.isClosed());
            done(client.getKVClient().put(bytes("live"), bytes("now")));
            assertEquals(
                    List.of(
                            "PUT a at 7",
                            "DELETE b at 8",
                            "DELETE c/2 at 9",
                            "DELETE c/3 at 9",
                            "PUT a at 10",
                            "PUT live at 11"),
                    done(live));
        }
    }

    private static void operators(final Client client, final ServerProcess server) throws Exception {
        final var members = done(client.getClusterClient().listMember()).getMembers();
        assertEquals(List.of("m"), members.stream().map(io.etcd.jetcd.cluster.Member::getName).toList());
        final var status = done(client.getMaintenanceClient().statusMember(server.client()));
        assertEquals(members.getFirst().getId(), status.getLeader());
        final var hash = done(client.getMaintenanceClient().hashKV(server.client(), 0));
        assertEquals(11, hash.getHeader().getRevision());
    }

    private static <T> T done(final CompletableFuture<T> future) throws Exception {
        return future.get(Ran.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<String> list(final GetResponse answer) {
        return answer.getKvs().stream()
                .map((final KeyValue kv) -> text(kv.getKey()) + "=" + text(kv.getValue()))
                .toList();
    }

    private static ByteSequence bytes(final String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private static String text(final ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
