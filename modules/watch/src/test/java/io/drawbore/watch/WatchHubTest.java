package io.drawbore.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.Applied;
import io.drawbore.api.Backend;
import io.drawbore.api.EtcdError;
import io.drawbore.api.KeyRow;
import io.drawbore.api.ThreadWorkers;
import io.drawbore.api.WatchStream;
import io.drawbore.api.WriteTx;
import io.drawbore.mvcc.Keyspace;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.WatchCancelRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.etcdserverpb.WatchProgressRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.testkit.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchHubTest {
    private final Backend backend = new MemoryDisk().open(8);
    private final Keyspace keyspace = Keyspace.load(backend);
    private final WatchHub hub = new WatchHub(
            keyspace,
            revision -> ResponseHeader.newBuilder().setRevision(revision).build(),
            Hubs.NARROW,
            new ThreadWorkers(),
            new Random(1));
    private final Client client = new Client();
    private final WatchStream stream = hub.open(client);
    private long index;

    @AfterEach
    void close() {
        stream.close();
        hub.close();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private void put(String key, String value) {
        entry(writer -> writer.put(
                PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build(), false));
    }

    private void deleteAll() {
        entry(writer -> writer.deleteRange(
                DeleteRangeRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("\0")).build(), false));
    }

    private void entry(Consumer<KeyspaceWriter> work) {
        List<KeyRow> changes;
        try (WriteTx tx = backend.begin()) {
            KeyspaceWriter writer = keyspace.writer(tx);
            work.accept(writer);
            index++;
            tx.commit(new Applied(index, 1));
            changes = writer.changes();
            keyspace.publish(writer.revision());
        }
        hub.publish(changes);
    }

    private static WatchCreateRequest.Builder everything() {
        return WatchCreateRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("\0"));
    }

    private long create(WatchCreateRequest.Builder request) throws InterruptedException {
        stream.accept(WatchRequest.newBuilder().setCreateRequest(request).build());
        WatchResponse created = client.next();
        assertTrue(created.getCreated());
        assertFalse(created.getCanceled(), created.getCancelReason());
        return created.getWatchId();
    }

    private WatchResponse refused(WatchCreateRequest.Builder request) throws InterruptedException {
        stream.accept(WatchRequest.newBuilder().setCreateRequest(request).build());
        WatchResponse response = client.next();
        assertTrue(response.getCreated());
        assertTrue(response.getCanceled());
        assertEquals(-1, response.getWatchId());
        return response;
    }

    private static List<Long> revisions(WatchResponse response) {
        return response.getEventsList().stream().map(event -> event.getKv().getModRevision()).toList();
    }

    @Test
    void fromNowOnMeansWhatComesAfterTheAnswer() throws InterruptedException {
        put("a", "before");
        create(everything());
        put("a", "after");
        assertEquals(List.of(3L), revisions(client.next()));
    }

    @Test
    void historyAndPresentJoinWithoutGapOrRepetition() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            put("a" + i % 3, "v" + i);
        }
        create(everything().setStartRevision(2));
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 50; i < 200; i++) {
                put("a" + i % 3, "v" + i);
            }
        });
        List<Long> seen = new ArrayList<>();
        while (seen.size() < 200) {
            WatchResponse response = client.next();
            seen.addAll(revisions(response));
            assertTrue(response.getHeader().getRevision() >= seen.getLast());
        }
        writer.join();
        assertEquals(LongStream.rangeClosed(2, 201).boxed().toList(), seen);
    }

    @Test
    void aFutureStartWaits() throws InterruptedException {
        create(everything().setStartRevision(4));
        put("a", "1");
        put("a", "2");
        put("a", "3");
        assertEquals(List.of(4L), revisions(client.next()));
    }

    @Test
    void changesOfOneRevisionComeTogether() throws InterruptedException {
        put("a", "1");
        put("b", "1");
        create(everything());
        deleteAll();
        WatchResponse both = client.next();
        assertEquals(List.of(4L, 4L), revisions(both));
        assertEquals(Event.EventType.DELETE, both.getEvents(0).getType());
        assertTrue(both.getEvents(0).getKv().getValue().isEmpty());
    }

    @Test
    void filtersAndPreviousValues() throws InterruptedException {
        put("a", "1");
        long deletes = create(everything().addFilters(FilterType.NOPUT).setPrevKv(true));
        long puts = create(everything().addFilters(FilterType.NODELETE));
        put("a", "2");
        WatchResponse seenPut = client.next();
        assertEquals(puts, seenPut.getWatchId());
        assertFalse(seenPut.getEvents(0).hasPrevKv());
        deleteAll();
        WatchResponse seenDelete = client.next();
        assertEquals(deletes, seenDelete.getWatchId());
        assertEquals("2", seenDelete.getEvents(0).getPrevKv().getValue().toStringUtf8());
    }

    @Test
    void idsAreGivenOrChosenAndNeverTwice() throws InterruptedException {
        assertEquals(0, create(everything()));
        assertEquals(2, create(everything().setWatchId(2)));
        assertEquals(1, create(everything()));
        assertEquals(3, create(everything()));
        assertEquals(
                "mvcc: duplicate watch ID provided on the WatchStream",
                refused(everything().setWatchId(2)).getCancelReason());
    }

    @Test
    void whatCannotBeWatchedIsAnsweredWithAReason() throws InterruptedException {
        assertEquals(
                "mvcc: watcher range is empty",
                refused(WatchCreateRequest.newBuilder().setKey(bytes("b")).setRangeEnd(bytes("a")))
                        .getCancelReason());
        assertEquals(
                EtcdError.COMPACTED.text(),
                refused(everything().setStartRevision(-1)).getCancelReason());
    }

    @Test
    void aCancelledWatcherSeesNothingMore() throws InterruptedException {
        long first = create(everything());
        long second = create(everything());
        stream.accept(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(first))
                .build());
        WatchResponse cancelled = client.next();
        assertTrue(cancelled.getCanceled());
        assertEquals(first, cancelled.getWatchId());
        put("a", "1");
        assertEquals(second, client.next().getWatchId());
    }

    @Test
    void progressIsAnsweredInTheOrderOfEvents() throws InterruptedException {
        create(everything());
        put("a", "1");
        stream.accept(WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
        assertEquals(List.of(2L), revisions(client.next()));
        WatchResponse progress = client.next();
        assertEquals(-1, progress.getWatchId());
        assertEquals(2, progress.getHeader().getRevision());
        assertEquals(0, progress.getEventsCount());
    }

    @Test
    void aSlowClientCostsBoundedMemoryDelaysNoWriteAndMissesNothing() throws InterruptedException {
        create(everything());
        client.stopReading();
        int writes = 500;
        for (int i = 0; i < writes; i++) {
            put("a", "x".repeat(100));
        }
        assertTrue(client.handedOver() < 20, "a client that does not read was handed " + client.handedOver());

        client.readOn();
        List<Long> seen = new ArrayList<>();
        while (seen.size() < writes) {
            seen.addAll(revisions(client.next()));
        }
        assertEquals(LongStream.rangeClosed(2, writes + 1L).boxed().toList(), seen);

        put("a", "live again");
        assertEquals(List.of(writes + 2L), revisions(client.next()));
    }
}
