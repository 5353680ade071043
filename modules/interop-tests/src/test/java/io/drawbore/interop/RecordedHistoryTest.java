package io.drawbore.interop;

import static io.drawbore.interop.RecordedClients.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.history.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients put, delete, read, compare, compact, lease and watch at the same time, the server is killed under them and
 * started again; what they were answered is a history that one store can have. The full tier asks etcd itself, too.
 */
class RecordedHistoryTest {
    private static final int CLIENTS = 6;
    private static final int STEPS = 5_000_000;

    /** Long enough for a key to be put on a lease before that ends. */
    private static final int FADING_SECONDS = 6;

    @TempDir
    Path folder;

    private final RecordedClients clients = new RecordedClients();
    private List<Workload> workloads = List.of();

    @Test
    void drawboreKeepsItsPromisesOverAKill() throws Exception {
        record(ServerKind.DRAWBORE, 1, 1, 400);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    @Tag("full")
    void drawboreKeepsItsPromisesOverManyKills(final long seed) throws Exception {
        record(ServerKind.DRAWBORE, seed, 5, 2_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @Tag("full")
    void etcdKeepsItsPromisesOverManyKills(final long seed) throws Exception {
        record(ServerKind.ETCD_3_7, seed, 3, 1_500);
    }

    /** Each life of the server but the last is ended, by a kill, after so many answers. */
    private void record(final ServerKind kind, final long seed, final int kills, final int answers) throws Exception {
        workloads = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Workload(number, seed, clients::newest, 20))
                .toList();
        for (int life = 0; life < kills; life++) {
            try (ServerProcess server = ServerProcess.start(kind, folder)) {
                final PlainClient watcher = new PlainClient(server.client());
                try (watcher; RecordedClients.Watches _ = clients.new Watches(watcher, kind)) {
                    work(server, answers, server::kill);
                }
            }
        }
        try (ServerProcess server = ServerProcess.start(kind, folder);
                PlainClient client = new PlainClient(server.client());
                RecordedClients.Watches watches = clients.new Watches(client, kind)) {
            final BooleanSupplier faded = fade(client, watches);
            work(server, answers, () -> { });
            end(client, watches, faded);
        }
        clients.judge(kind + ", seed " + seed, STEPS);
        assertTrue(clients.unknown() > 0, "the kill met no call");
    }

    /** A key on a lease that nobody renews. */
    private BooleanSupplier fade(final PlainClient client, final RecordedClients.Watches watches) throws Exception {
        final long lease = 1;
        final BooleanSupplier faded = watches.awaiting("fading", Event.EventType.DELETE);
        final var grant = LeaseGrantRequest.newBuilder().setID(lease).setTTL(FADING_SECONDS);
        assertTrue(clients.call(client, CLIENTS, new Request.Grant(grant.build())));
        final var put = PutRequest.newBuilder().setKey(bytes("fading")).setValue(bytes("now")).setLease(lease);
        assertTrue(clients.call(client, CLIENTS, new Request.Put(put.build())));
        return faded;
    }

    /** Until the lease has ended and all events have come. */
    private void end(final PlainClient client, final RecordedClients.Watches watches, final BooleanSupplier faded)
            throws Exception {
        assertTrue(faded.getAsBoolean(), "the key of a lease that has ended is there");
        final BooleanSupplier ended = watches.awaiting("end", Event.EventType.PUT);
        final var put = PutRequest.newBuilder().setKey(bytes("end")).setValue(bytes("the end"));
        assertTrue(clients.call(client, CLIENTS, new Request.Put(put.build())));
        assertTrue(ended.getAsBoolean(), "the last event does not come");
    }

    /** What ends the work once there are enough answers. */
    private interface End {
        void come() throws InterruptedException;
    }

    private void work(final ServerProcess server, final int answers, final End end) throws Exception {
        final var enough = new CountDownLatch(answers);
        final var over = new AtomicBoolean();
        final var failures = new ArrayList<Throwable>();
        final var threads = new ArrayList<Thread>();
        for (int number = 0; number < CLIENTS; number++) {
            final int client = number;
            final Thread thread = Thread.ofPlatform().daemon().unstarted(() -> work(server, client, enough, over));
            thread.setUncaughtExceptionHandler((_, failure) -> {
                synchronized (failures) {
                    failures.add(failure);
                }
            });
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        final boolean inTime = enough.await(5, TimeUnit.MINUTES);
        end.come();
        over.set(true);
        for (final Thread thread : threads) {
            thread.join();
        }
        synchronized (failures) {
            assertEquals(List.of(), failures);
        }
        assertTrue(inTime, () -> "the server is stuck: " + server.output());
    }

    /** The server is asked on until it is over, so that a kill meets calls under way. */
    private void work(
            final ServerProcess server, final int number, final CountDownLatch enough, final AtomicBoolean over) {
        final Workload workload = workloads.get(number);
        try (PlainClient client = new PlainClient(server.client())) {
            while (!over.get() && clients.call(client, number, workload.next())) {
                enough.countDown();
            }
        } catch (final InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        } finally {
            // Without this client, the others may never have enough.
            while (enough.getCount() > 0) {
                enough.countDown();
            }
        }
    }
}
