package io.drawbore.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.api.Caller;
import io.drawbore.api.ChangeFeed;
import io.drawbore.api.Plugin;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.mvccpb.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A feed beside a real member. */
@Timeout(120)
class FeedTest {
    @TempDir
    private Path folder;

    private final Metrics metrics = new Metrics();
    private OneMember member;
    private PluginHost host;

    @BeforeEach
    void startMember() {
        member = new OneMember(folder);
    }

    @AfterEach
    void stopMember() {
        stop();
        member.close();
    }

    private void start(ChangeFeed feed) {
        start(List.of(feed));
    }

    private void start(List<? extends ChangeFeed> feeds) {
        host = member.host(
                new Plugin() {
                    @Override
                    public String name() {
                        return "acme";
                    }

                    @Override
                    public List<ChangeFeed> changeFeeds() {
                        return List.copyOf(feeds);
                    }
                },
                metrics);
        host.start();
        host.open(member.server);
    }

    private void stop() {
        if (host != null) {
            host.shut();
            host.stop();
            OneMember.awaitEndOfThreads();
            host = null;
        }
    }

    private Path cursorFile() {
        return folder.resolve("host-data/plugins/acme/feed-told.cursor");
    }

    private Path stateFile() {
        return cursorFile().resolveSibling("feed-told.state");
    }

    /** Writes down what it is told. */
    private static class Told implements ChangeFeed {
        final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> opened = new LinkedBlockingQueue<>();
        final CompletableFuture<Thread> closed = new CompletableFuture<>();

        @Override
        public String name() {
            return "told";
        }

        @Override
        public long open(long cursor) throws Exception {
            opened.add(cursor);
            return cursor;
        }

        @Override
        public void deliver(Item item) throws Exception {
            items.add(item);
        }

        @Override
        public void close() throws Exception {
            closed.complete(Thread.currentThread());
        }

        <T extends Item> T next(Class<T> kind) throws InterruptedException {
            return assertInstanceOf(kind, items.poll(60, TimeUnit.SECONDS));
        }

        /** All events up to a revision. */
        List<Event> until(long revision) throws InterruptedException {
            List<Event> events = new ArrayList<>();
            long reached = 0;
            while (reached < revision) {
                Item.Changes changes = next(Item.Changes.class);
                assertTrue(changes.revision() > reached);
                reached = changes.revision();
                events.addAll(changes.events());
            }
            assertEquals(revision, reached);
            return events;
        }
    }

    @Test
    void allChangesComeInOrderFromTheFirstOn() throws InterruptedException {
        member.put("a", "1");
        Told feed = new Told();
        start(feed);
        member.put("b", "2");
        long last = member.delete("a");

        List<Event> events = feed.until(last);
        assertEquals(0L, feed.opened.remove());
        assertEquals(
                List.of("PUT a=1", "PUT b=2", "DELETE a="),
                events.stream()
                        .map(event -> event.getType() + " " + event.getKv().getKey().toStringUtf8() + "="
                                + event.getKv().getValue().toStringUtf8())
                        .toList());
        stop();
        assertEquals("plugin-acme-feed-told", feed.closed.join().getName());
    }

    @Test
    void afterAStopItGoesOnWhereItWas() throws InterruptedException {
        Told feed = new Told();
        start(feed);
        long before = member.put("a", "1");
        feed.until(before);
        stop();
        long after = member.put("a", "2");

        Told again = new Told();
        start(again);
        List<Event> events = again.until(after);
        assertEquals(1, events.size());
        assertEquals("2", events.getFirst().getKv().getValue().toStringUtf8());
        assertEquals(before, again.opened.remove());
    }

    @Test
    void aFeedThatKnowsBetterSaysSo() throws InterruptedException {
        member.put("a", "1");
        long known = member.put("a", "2");
        long last = member.put("a", "3");
        Told feed = new Told() {
            @Override
            public long open(long cursor) {
                return known;
            }
        };
        start(feed);
        assertEquals(last, feed.next(ChangeFeed.Item.Changes.class).revision());
    }

    /** A member whose data dir is of yesterday. */
    @Test
    void aCursorBeyondTheMembersRevisionIsTakenForThat() throws InterruptedException {
        member.put("a", "1");
        Told feed = new Told() {
            @Override
            public long open(long cursor) {
                return 1_000;
            }
        };
        start(feed);
        while (!metrics.text().contains("drawbore_plugin_feed_revision{feed=\"told\",plugin=\"acme\"} 2\n")) {
            Thread.onSpinWait();
        }
        long next = member.put("a", "2");
        assertEquals(next, feed.next(ChangeFeed.Item.Changes.class).revision());
    }

    @Test
    void whatCouldNotBeTakenComesAgain() throws InterruptedException {
        List<Throwable> failures = new ArrayList<>(List.of(new IOException("full"), new NoSuchMethodError("gone")));
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                if (!failures.isEmpty()) {
                    Throwable failure = failures.removeFirst();
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (Exception) failure;
                }
                super.deliver(item);
            }
        };
        start(feed);
        long last = member.put("a", "1");
        assertEquals(1, feed.until(last).size());
        assertEquals(3, feed.opened.size());
        assertTrue(metrics.text()
                .contains("drawbore_plugin_failures_total{plugin=\"acme\",point=\"feed/told\"} 2\n"), metrics::text);
    }

    @Test
    void whereHistoryIsGoneTheStateComesInstead() throws InterruptedException {
        Map<String, String> state = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int j = 0; j < 100; j++) {
                String number = i + "-" + j;
                state.put("k" + number, "v".repeat(1_000) + number);
                txn.addSuccess(RequestOp.newBuilder()
                        .setRequestPut(OneMember.putRequest("k" + number, state.get("k" + number))));
            }
            OneMember.await(member.server.txn(txn.build(), Caller.SELF));
        }
        member.delete("k7-7");
        state.remove("k7-7");
        long revision = member.put("k8-8", "new");
        state.put("k8-8", "new");
        member.compact(revision);

        Told feed = new Told();
        start(feed);
        assertEquals(new ChangeFeed.Item.Gap(0, revision, revision), feed.next(ChangeFeed.Item.Gap.class));
        Map<String, String> told = new HashMap<>();
        int pages = 0;
        ChangeFeed.Item item = feed.items.poll(60, TimeUnit.SECONDS);
        while (item instanceof ChangeFeed.Item.State page) {
            assertEquals(revision, page.revision());
            page.keys().forEach(kv -> told.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8()));
            pages++;
            item = feed.items.poll(60, TimeUnit.SECONDS);
        }
        assertTrue(pages > 1, "not in one piece");
        assertEquals(new ChangeFeed.Item.StateEnd(revision), item);
        assertEquals(state, told);
        long next = member.put("more", "1");
        assertEquals(1, feed.until(next).size());
    }

    @Test
    void whereUsersMustLogInTheFeedNeedNot() throws InterruptedException {
        member.put("a", "1");
        member.enableAuthentication();
        Told feed = new Told();
        start(feed);
        long last = member.put("a", "2");
        assertEquals(2, feed.until(last).size());
        stop();
        member.put("a", "3");
        long revision = member.put("a", "4");
        member.compact(revision);
        Told again = new Told();
        start(again);
        again.next(ChangeFeed.Item.Gap.class);
        assertEquals("4", again.next(ChangeFeed.Item.State.class).keys().getFirst().getValue().toStringUtf8());
        again.next(ChangeFeed.Item.StateEnd.class);
    }

    @Test
    void aStateThatIsBrokenOffBeginsWithANewGap() throws InterruptedException {
        long revision = member.put("a", "1");
        member.put("a", "2");
        member.compact(revision + 1);
        List<ChangeFeed.Item> seen = new ArrayList<>();
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                seen.add(item);
                if (seen.size() == 2) {
                    throw new IOException("full");
                }
                super.deliver(item);
            }
        };
        start(feed);
        feed.next(ChangeFeed.Item.Gap.class);
        feed.next(ChangeFeed.Item.Gap.class);
        feed.next(ChangeFeed.Item.State.class);
        feed.next(ChangeFeed.Item.StateEnd.class);
        assertEquals(List.of(0L, 0L), List.copyOf(feed.opened));
    }

    /** It began anew at the first key; a feed that takes longer than from one compaction to the next never ended. */
    @Test
    void aCompactionTakesNoStateFromASlowFeed() throws InterruptedException {
        long revision = 0;
        Map<String, String> state = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            state.put("k" + i, "x".repeat(50_000) + i);
            revision = member.put("k" + i, state.get("k" + i));
        }
        member.compact(revision);
        Semaphore mayTake = new Semaphore(0);
        CompletableFuture<Boolean> holds = new CompletableFuture<>();
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                if (item instanceof Item.State) {
                    holds.complete(true);
                    mayTake.acquire();
                }
                super.deliver(item);
            }
        };
        start(feed);
        holds.join();
        long next = member.put("k1", "new");
        member.compact(next);
        mayTake.release(1_000);
        assertEquals(revision, feed.next(ChangeFeed.Item.Gap.class).revision());
        Map<String, String> told = new HashMap<>();
        while (!(feed.items.peek() instanceof ChangeFeed.Item.StateEnd)) {
            feed.next(ChangeFeed.Item.State.class)
                    .keys()
                    .forEach(kv -> told.put(kv.getKey().toStringUtf8(), kv.getValue().toStringUtf8()));
            while (feed.items.isEmpty()) {
                Thread.onSpinWait();
            }
        }
        assertEquals(state, told);
        assertEquals(revision, feed.next(ChangeFeed.Item.StateEnd.class).revision());
        assertEquals(1, feed.until(next).size());
        assertFalse(Files.exists(stateFile()), "nobody needs it any more");
    }

    /** The process ended while a state was told. */
    @Test
    void whatAnEarlierStartKeptIsDeleted() throws IOException {
        Files.createDirectories(stateFile().getParent());
        Files.writeString(stateFile(), "keys");
        start(new Told());
        while (Files.exists(stateFile())) {
            Thread.onSpinWait();
        }
    }

    /** It was asked again every 100 ms, since it had taken the gap. */
    @Test
    void aFeedThatTakesTheGapButNotTheStateIsAskedLessAndLess() throws InterruptedException {
        long revision = member.put("a", "1");
        member.put("a", "2");
        member.compact(revision + 1);
        BlockingQueue<Long> gaps = new LinkedBlockingQueue<>();
        BlockingQueue<Long> failures = new LinkedBlockingQueue<>();
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                if (item instanceof Item.Gap) {
                    gaps.add(System.nanoTime());
                } else {
                    failures.add(System.nanoTime());
                    throw new IOException("full");
                }
            }
        };
        start(feed);
        gaps.take();
        for (long pause = 100; pause <= 400; pause *= 2) {
            long failed = failures.take();
            long paused = (gaps.take() - failed) / 1_000_000;
            long least = pause;
            assertTrue(paused >= least, () -> paused + " ms after what should be " + least);
        }
    }

    /** It was opened again and again, without a pause, and got nothing. */
    @Test
    void aFeedThatLeavesItsThreadInterruptedIsFedAllTheSame() throws InterruptedException {
        long last = member.put("a", "1");
        Told feed = new Told() {
            @Override
            public long open(long cursor) throws Exception {
                Thread.currentThread().interrupt();
                return super.open(cursor);
            }
        };
        start(feed);
        assertEquals(1, feed.until(last).size());
        assertEquals(1, feed.opened.size());
    }

    @Test
    void aFeedWhoseThreadIsInterruptedByOthersGoesOnAfterAPause() throws InterruptedException {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Told feed = new Told() {
            @Override
            public long open(long cursor) throws Exception {
                thread.complete(Thread.currentThread());
                return super.open(cursor);
            }
        };
        start(feed);
        feed.opened.take();
        try (LogLines log = new LogLines()) {
            while (feed.opened.isEmpty()) {
                thread.join().interrupt();
            }
            long last = member.put("a", "1");
            assertEquals(1, feed.until(last).size());
            assertTrue(log.contains("has failed", "its thread was interrupted"), log.lines()::toString);
        }
    }

    /** What it doesn't take stays in the store: nobody waits for it, and little is kept for it. */
    @Test
    void aSlowFeedDelaysNobodyAndMissesNothing() throws InterruptedException {
        Semaphore mayTake = new Semaphore(0);
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                mayTake.acquire();
                super.deliver(item);
            }
        };
        start(feed);
        String large = "x".repeat(100_000);
        long last = 0;
        for (int i = 0; i < 100; i++) {
            last = member.put("k" + i, large);
        }
        assertEquals(0, feed.items.size());
        mayTake.release(1_000);
        List<Event> events = feed.until(last);
        assertEquals(100, events.size());
        for (int i = 0; i < 100; i++) {
            assertEquals("k" + i, events.get(i).getKv().getKey().toStringUtf8());
        }
    }

    @Test
    void itemsHoldWholeRevisionsAndAThousandChangesAtTheMost() throws InterruptedException {
        long last = 0;
        for (int i = 0; i < 30; i++) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int j = 0; j < 100; j++) {
                txn.addSuccess(RequestOp.newBuilder().setRequestPut(OneMember.putRequest("k" + j, "v")));
            }
            last = OneMember.await(member.server.txn(txn.build(), Caller.SELF)).getHeader().getRevision();
        }
        Told feed = new Told();
        start(feed);
        long reached = 0;
        int events = 0;
        while (reached < last) {
            ChangeFeed.Item.Changes changes = feed.next(ChangeFeed.Item.Changes.class);
            assertTrue(changes.events().size() <= 1_000, () -> changes.events().size() + " changes");
            assertEquals(0, changes.events().size() % 100, "whole revisions");
            reached = changes.revision();
            events += changes.events().size();
        }
        assertEquals(3_000, events);
    }

    @Test
    void aDamagedCursorIsSaidAndTheFeedBeginsAnew() throws InterruptedException, IOException {
        Told feed = new Told();
        start(feed);
        long last = member.put("a", "1");
        feed.until(last);
        stop();
        String line = Files.readString(cursorFile());
        assertTrue(line.startsWith("drawbore feed cursor 1 " + last + " "), line);
        Files.writeString(cursorFile(), line.replace(" " + last + " ", " " + (last + 1) + " "));

        try (LogLines log = new LogLines()) {
            Told again = new Told();
            start(again);
            assertEquals(1, again.until(last).size());
            assertEquals(0L, again.opened.remove());
            assertTrue(log.contains("cursor of a change feed is damaged", "feed-told.cursor"), log.lines()::toString);
        }
    }

    @Test
    void theCursorIsWrittenWhileNothingHappens() throws InterruptedException, IOException {
        Told feed = new Told();
        start(feed);
        feed.until(member.put("a", "1"));
        long last = member.put("a", "2");
        feed.until(last);
        while (!Files.exists(cursorFile()) || !Files.readString(cursorFile()).contains(" " + last + " ")) {
            Thread.onSpinWait();
        }
        assertNull(feed.items.peek());
    }

    @Test
    void aFeedThatHangsIsInterruptedAtTheStopAndTheStopGoesOn() {
        CompletableFuture<Boolean> hangs = new CompletableFuture<>();
        Told feed = new Told() {
            @Override
            public void deliver(Item item) throws Exception {
                hangs.complete(true);
                new CompletableFuture<Void>().get();
            }
        };
        start(feed);
        member.put("a", "1");
        hangs.join();
        stop();
        OneMember.await(feed.closed);
    }

    /** However many there are, they are waited for together. */
    @Test
    void feedsThatHangAreAllInterruptedAtTheStop() {
        List<Told> feeds = new ArrayList<>();
        List<CompletableFuture<Boolean>> hang = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String name = "told-" + i;
            CompletableFuture<Boolean> hangs = new CompletableFuture<>();
            hang.add(hangs);
            feeds.add(new Told() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public void deliver(Item item) throws Exception {
                    hangs.complete(true);
                    new CompletableFuture<Void>().get();
                }
            });
        }
        start(feeds);
        member.put("a", "1");
        hang.forEach(CompletableFuture::join);
        stop();
        feeds.forEach(feed -> OneMember.await(feed.closed));
    }
}
