package io.drawbore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.ChangeFeed;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link ChangeFeed} does that is to lose nothing. A subclass makes feeds and reads what has arrived at the
 * other end. A feed that is left without a {@code close} stands for a process that was killed.
 */
public abstract class ChangeFeedContract {
    @TempDir
    Path folder;

    /** For subclasses, which a test engine makes. */
    protected ChangeFeedContract() {}

    /** A feed as it is after a start of the process, to the place that belongs to the folder. */
    protected abstract ChangeFeed feed(Path folder) throws Exception;

    /** The revisions of the changes that have arrived there, in the order of their arrival, repeated ones included. */
    protected abstract List<Long> arrived(Path folder) throws Exception;

    @Test
    final void itsNameIsPlainAndConstant() throws Exception {
        assertName(feed(folder).name(), feed(folder).name());
    }

    static void assertName(String name, String again) {
        assertTrue(name.matches("[a-z0-9]+(-[a-z0-9]+)*"), () -> "lower-case letters, digits and dashes: " + name);
        assertEquals(name, again);
    }

    @Test
    final void aNewOneBeginsWhereTheHostSays() throws Exception {
        ChangeFeed feed = feed(folder);
        long from = feed.open(0);
        assertEquals(0, from, "nothing was delivered yet");
        feed.close();
        assertEquals(List.of(), arrived(folder));
    }

    @Test
    final void changesArriveInOrderAndHaveArrivedWhenDeliverReturns() throws Exception {
        ChangeFeed feed = feed(folder);
        feed.open(0);
        feed.deliver(changes(2, 4));
        assertArrived(2, 4);
        feed.deliver(changes(5, 9));
        assertArrived(2, 9);
        feed.close();
        assertArrived(2, 9);
    }

    /** The host's cursor may be older than what was delivered: so long as it is at least once. */
    @Test
    final void afterAKillItGoesOnWithoutAGap() throws Exception {
        ChangeFeed killed = feed(folder);
        killed.open(0);
        killed.deliver(changes(2, 4));
        killed.deliver(changes(5, 6));

        ChangeFeed feed = feed(folder);
        long from = feed.open(4);
        assertTrue(from >= 0 && from <= 6, () -> "nothing beyond 6 was delivered, yet it goes on after " + from);
        feed.deliver(changes(from + 1, 8));
        feed.close();
        assertArrived(2, 8);
    }

    @Test
    final void whatComesAgainIsTaken() throws Exception {
        ChangeFeed feed = feed(folder);
        feed.open(0);
        feed.deliver(changes(2, 4));
        feed.open(1);
        feed.deliver(changes(2, 4));
        feed.deliver(changes(5, 5));
        feed.close();
        assertArrived(2, 5);
    }

    @Test
    final void aGapIsFollowedByTheStateAndThenByChanges() throws Exception {
        ChangeFeed feed = feed(folder);
        feed.open(0);
        feed.deliver(changes(2, 3));
        feed.deliver(new ChangeFeed.Item.Gap(3, 8, 10));
        feed.deliver(new ChangeFeed.Item.State(10, List.of(key(4), key(9))));
        feed.deliver(new ChangeFeed.Item.Gap(3, 9, 11));
        feed.deliver(new ChangeFeed.Item.State(11, List.of(key(4), key(9))));
        feed.deliver(new ChangeFeed.Item.State(11, List.of(key(11))));
        feed.deliver(new ChangeFeed.Item.StateEnd(11));
        feed.deliver(changes(12, 13));
        feed.close();
        Set<Long> seen = new TreeSet<>(arrived(folder));
        assertTrue(seen.containsAll(Set.of(2L, 3L, 12L, 13L)), () -> "arrived: " + seen);
        long from = feed(folder).open(13);
        assertTrue(from <= 13, () -> "goes on after " + from);
    }

    @Test
    final void itMayBeClosedBeforeAnythingIsDelivered() throws Exception {
        ChangeFeed feed = feed(folder);
        feed.open(0);
        feed.close();
        ChangeFeed again = feed(folder);
        again.open(0);
        again.deliver(changes(2, 2));
        again.close();
        assertArrived(2, 2);
    }

    /** Every revision from the one to the other; first arrivals in their order. */
    private void assertArrived(long first, long last) throws Exception {
        List<Long> expected = LongStream.rangeClosed(first, last).boxed().toList();
        assertEquals(expected, List.copyOf(new LinkedHashSet<>(arrived(folder))));
    }

    /** One change a revision: puts, and a delete at every third. */
    private static ChangeFeed.Item changes(long first, long last) {
        return new ChangeFeed.Item.Changes(
                last,
                LongStream.rangeClosed(first, last)
                        .mapToObj(revision -> Event.newBuilder()
                                .setType(revision % 3 == 0 ? Event.EventType.DELETE : Event.EventType.PUT)
                                .setKv(key(revision))
                                .build())
                        .toList());
    }

    private static KeyValue key(long revision) {
        return KeyValue.newBuilder()
                .setKey(ByteString.copyFromUtf8("key \"" + revision % 4 + "\"\n"))
                .setModRevision(revision)
                .setCreateRevision(revision)
                .setVersion(1)
                .setValue(revision % 3 == 0 ? ByteString.EMPTY : ByteString.copyFrom(new byte[] {(byte) revision, 0}))
                .build();
    }
}
