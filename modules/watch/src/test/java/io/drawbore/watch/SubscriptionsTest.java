package io.drawbore.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.mvcc.Key;
import io.drawbore.mvcc.KeyRange;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionsTest {
    private final WatchHub hub = Hubs.of(new RecordedHistory());
    private final WatchConnection connection = new WatchConnection(hub, new Client(), WatchAdmission.ALL);
    private final Subscriptions subscriptions = new Subscriptions();
    private long ids;

    @AfterEach
    void close() {
        hub.close();
    }

    private Watcher watcher(String from, String end) {
        KeyRange range = KeyRange.of(ByteString.copyFromUtf8(from), ByteString.copyFromUtf8(end));
        return new Watcher(ids++, range, WatchCreateRequest.getDefaultInstance(), connection);
    }

    private List<Watcher> found(String key) {
        List<Watcher> found = new ArrayList<>();
        subscriptions.forEach(Key.of(ByteString.copyFromUtf8(key)), found::add);
        return found;
    }

    @Test
    void keysRangesAndRangesWithoutEnd() {
        Watcher key = watcher("b", "");
        Watcher range = watcher("a", "c");
        Watcher open = watcher("b", "\0");
        List.of(key, range, open).forEach(subscriptions::add);
        assertEquals(Set.of(range), Set.copyOf(found("a")));
        assertEquals(Set.of(key, range, open), Set.copyOf(found("b")));
        assertEquals(Set.of(open), Set.copyOf(found("c")));
        subscriptions.remove(open);
        assertEquals(List.of(), found("c"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsFoundIsWhatAWalkOverAllFinds(long seed) {
        Random random = new Random(seed);
        List<Watcher> all = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            if (all.isEmpty() || random.nextInt(3) > 0) {
                Watcher added = anyWatcher(random);
                all.add(added);
                subscriptions.add(added);
            } else {
                Watcher removed = all.remove(random.nextInt(all.size()));
                subscriptions.remove(removed);
                subscriptions.remove(removed);
            }
            Key key = Key.of(ByteString.copyFromUtf8(name(random)));
            Set<Watcher> expected = new HashSet<>(all);
            expected.removeIf(watcher -> !watcher.range.contains(key));
            List<Watcher> found = new ArrayList<>();
            subscriptions.forEach(key, found::add);
            assertEquals(expected.size(), found.size(), "seed " + seed + ", step " + step);
            assertEquals(expected, new HashSet<>(found), "seed " + seed + ", step " + step);
        }
        assertEquals(new HashSet<>(all), new HashSet<>(subscriptions.all()));
    }

    private Watcher anyWatcher(Random random) {
        String from = name(random);
        return switch (random.nextInt(4)) {
            case 0 -> watcher(from, "");
            case 1 -> watcher(from, "\0");
            default -> watcher(from, from + (char) ('a' + random.nextInt(26)));
        };
    }

    private static String name(Random random) {
        return "" + (char) ('a' + random.nextInt(6)) + (char) ('a' + random.nextInt(6));
    }
}
