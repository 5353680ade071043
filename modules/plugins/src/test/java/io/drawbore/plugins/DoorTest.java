package io.drawbore.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.EncodedMessage;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.FrontDoor;
import io.drawbore.api.WatchSink;
import io.drawbore.api.WatchStream;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchRequest;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plug-in does with the door that it has of a real member. */
@Timeout(120)
class DoorTest {
    @TempDir
    private Path folder;

    private final CountDownLatch testEnds = new CountDownLatch(1);
    private GuardedMember guarded;
    private OneMember member;
    private FrontDoor door;

    @BeforeEach
    void start() {
        guarded = new GuardedMember(folder, List.of(), List.of());
        member = guarded.member;
        door = guarded.pluginsDoor();
    }

    @AfterEach
    void stop() {
        testEnds.countDown();
        guarded.host.shut();
        member.close();
        guarded.host.stop();
        OneMember.awaitEndOfThreads();
    }

    private void waitForTheEnd() {
        try {
            testEnds.await();
        } catch (InterruptedException e) {
            // the end
        }
    }

    private CompletableFuture<PutResponse> put(String key) {
        return door.put(OneMember.putRequest(key, "v"), Caller.SELF);
    }

    /** Where an answer is told that isn't there when it is asked for; again until it wasn't. */
    private static String threadOf(Supplier<CompletableFuture<?>> ask) {
        String asking = told(Thread.currentThread());
        while (true) {
            String where = OneMember.await(ask.get().thenApply(_ -> told(Thread.currentThread())));
            if (!where.equals(asking)) {
                return where;
            }
        }
    }

    private static String told(Thread thread) {
        return Fence.pluginOf(thread) + " on " + thread.getName().replaceAll("[0-9]+", "N");
    }

    @Test
    void whatHangsOnAnAnswerRunsOnAThreadOfThePlugins() {
        assertEquals("acme on plugin-acme-door-N", threadOf(() -> put("k")));
        assertEquals(
                "acme on plugin-acme-door-N",
                threadOf(() -> door.range(OneMember.rangeRequest("k"), Caller.SELF)));
    }

    /** One thread of the member's tells all who wrote. */
    @Test
    void aPluginThatSleepsOnAnAnswerHoldsUpNoWriteOfOthers() {
        Thread asking = Thread.currentThread();
        CompletableFuture<Boolean> sleeps = new CompletableFuture<>();
        while (!sleeps.isDone()) {
            CompletableFuture<?> put = put("k").thenAccept(_ -> {
                // an answer that is already there is told to who asks
                if (!Thread.currentThread().equals(asking)) {
                    sleeps.complete(true);
                    waitForTheEnd();
                }
            });
            OneMember.await(CompletableFuture.anyOf(put, sleeps));
        }
        assertTrue(member.put("other", "1") > 0);
    }

    @Test
    void anAnswerMayBeWaitedForWhileAnotherIsDealtWith() {
        List<CompletableFuture<PutResponse>> nested = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            nested.add(put(key).thenApply(_ -> put(key).join()));
        }
        nested.forEach(OneMember::await);
        assertTrue(member.put("other", "1") > 0);
    }

    /** A sink that writes down what it is sent. */
    private class Sink implements WatchSink {
        final BlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
        final BlockingQueue<String> owners = new LinkedBlockingQueue<>();
        final CompletableFuture<EtcdException> failed = new CompletableFuture<>();

        @Override
        public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> some) {
            owners.add(String.valueOf(Fence.pluginOf(Thread.currentThread())));
            some.forEach(one -> responses.add(one.parsed()));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void fail(EtcdException error) {
            owners.add(String.valueOf(Fence.pluginOf(Thread.currentThread())));
            failed.complete(error);
        }

        WatchResponse next() {
            try {
                WatchResponse next = responses.poll(60, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("nothing was sent");
                }
                return next;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final WatchRequest EVERYTHING = WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder()
                    .setKey(OneMember.bytes("\0"))
                    .setRangeEnd(OneMember.bytes("\0")))
            .build();

    @Test
    void aSinkIsCalledOnThreadsOfThePluginsAndInOrder() {
        Sink sink = new Sink();
        try (WatchStream stream = door.watch(sink, Caller.SELF)) {
            stream.accept(EVERYTHING);
            assertTrue(sink.next().getCreated());
            long last = 0;
            for (int i = 0; i < 200; i++) {
                last = OneMember.await(put("k" + i)).getHeader().getRevision();
            }
            long seen = last - 200;
            while (seen < last) {
                for (var event : sink.next().getEventsList()) {
                    seen++;
                    assertEquals(seen, event.getKv().getModRevision());
                }
            }
        }
        sink.owners.forEach(owner -> assertEquals("acme", owner));
    }

    /** What is wrong with a sink. */
    enum Broken {
        THROWS,
        LINKS_BADLY,
        ANSWERS_NOTHING
    }

    private static CompletionStage<Void> breaks(Broken how) {
        return switch (how) {
            case THROWS -> throw new IllegalStateException("broken");
            case LINKS_BADLY -> throw new NoSuchMethodError("gone");
            case ANSWERS_NOTHING -> (CompletionStage<Void>) null;
        };
    }

    /** It ended a thread of the member's, and with that the member. */
    @ParameterizedTest
    @EnumSource
    void aSinkThatIsBrokenEndsItsStreamAndNothingElse(Broken how) throws InterruptedException {
        Sink broken = new Sink() {
            @Override
            public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> some) {
                return breaks(how);
            }
        };
        Sink good = new Sink();
        try (LogLines log = new LogLines();
                WatchStream first = door.watch(broken, Caller.SELF);
                WatchStream second = member.server.watch(good, Caller.SELF)) {
            first.accept(EVERYTHING);
            second.accept(EVERYTHING);
            assertEquals(EtcdError.STOPPED.text(), OneMember.await(broken.failed).text());
            assertTrue(good.next().getCreated());
            long revision = member.put("k", "1");
            assertEquals(revision, good.next().getEvents(0).getKv().getModRevision());
            assertTrue(log.contains("a sink of plug-in \"acme\" has failed"), log.lines()::toString);
        }
        assertTrue(guarded.metrics.text()
                .contains("drawbore_plugin_failures_total{plugin=\"acme\",point=\"door\"} 1\n"), guarded.metrics::text);
    }

    /** The keys in chunks; whoever asked was never told anything. */
    @ParameterizedTest
    @EnumSource
    void aSinkOfKeysThatIsBrokenFailsTheRequest(Broken how) {
        OneMember.await(put("k"));
        CompletableFuture<Void> own = door.rangeStream(OneMember.rangeRequest("k"), _ -> breaks(how), Caller.SELF);
        assertThrows(EtcdException.class, () -> OneMember.await(own));
        CompletableFuture<Void> embedders =
                member.server.rangeStream(OneMember.rangeRequest("k"), _ -> breaks(how), Caller.SELF);
        assertThrows(EtcdException.class, () -> OneMember.await(embedders));
        CompletableFuture<Void> snapshot = member.server.snapshot(_ -> breaks(how), Caller.SELF);
        assertThrows(EtcdException.class, () -> OneMember.await(snapshot));
    }

    @Test
    void aSinkThatTakesNothingMoreIsSentNothingMore() {
        CompletableFuture<Void> room = new CompletableFuture<>();
        BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        Sink slow = new Sink() {
            @Override
            public CompletionStage<Void> send(List<EncodedMessage<WatchResponse>> some) {
                var _ = super.send(some);
                some.forEach(one -> sizes.add(one.size()));
                return room;
            }
        };
        try (WatchStream stream = door.watch(slow, Caller.SELF)) {
            stream.accept(EVERYTHING);
            assertTrue(slow.next().getCreated());
            String large = "x".repeat(100_000);
            long last = 0;
            for (int i = 0; i < 50; i++) {
                last = member.put("k" + i, large);
            }
            int taken = sizes.stream().mapToInt(Integer::intValue).sum();
            assertTrue(taken < 1 << 20, () -> taken + " bytes for a sink that takes none");
            room.complete(null);
            long seen = 0;
            while (seen < last) {
                seen = slow.next().getEventsList().getLast().getKv().getModRevision();
            }
        }
    }
}
