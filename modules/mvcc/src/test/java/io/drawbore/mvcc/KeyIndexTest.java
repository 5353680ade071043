package io.drawbore.mvcc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.drawbore.api.KeyRow;
import io.drawbore.api.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyIndexTest {
    private final KeyIndex index = new KeyIndex();
    /** Keys that live, each with the revision that created it. */
    private final TreeMap<String, Long> living = new TreeMap<>();

    private final TreeSet<String> dead = new TreeSet<>();
    private long revision = 1;

    /** What a reader holds, and what it must go on seeing. */
    private record Held(IndexView view, long revision, List<String> keys) {}

    private void put(String key) {
        revision++;
        long created = living.computeIfAbsent(key, _ -> revision);
        dead.remove(key);
        ByteString bytes = Store.bytes(key);
        index.add(
                Key.of(bytes), KeyRow.put(new Revision(revision, 0), bytes, created, 1, 0, ByteString.EMPTY));
    }

    private void delete(String key) {
        revision++;
        living.remove(key);
        dead.add(key);
        index.add(Key.of(Store.bytes(key)), KeyRow.tombstone(new Revision(revision, 0), Store.bytes(key)));
    }

    /** What compaction does with keys whose tombstone lies below it. */
    private void forgetDead() {
        for (String key : dead) {
            KeyEntry entry = index.get(Key.of(Store.bytes(key)));
            if (entry != null) {
                index.compact(entry, revision + 1);
            }
        }
        dead.clear();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void randomChangesKeepOrderCountsAndWhatReadersHold(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Held> held = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            // grows for a while, then shrinks to little
            boolean growing = round % 30 < 15;
            for (int i = 0; i < 600; i++) {
                String some = "k" + random.nextInt(9_000);
                String known = growing || living.isEmpty() ? some : near(some);
                if (growing ? random.nextInt(5) > 0 || !living.containsKey(some) : !living.containsKey(known)) {
                    put(some);
                } else {
                    delete(known);
                }
            }
            if (round % 3 == 2) {
                forgetDead();
            }
            held.add(new Held(index.publish(), revision, List.copyOf(living.keySet())));
            check(held.getLast(), random);
            if (held.size() > 4) {
                check(held.removeFirst(), random);
            }
        }
        assertEquals(living.size() + dead.size(), index.size());
    }

    private String near(String key) {
        String ceiling = living.ceilingKey(key);
        return ceiling == null ? living.lastKey() : ceiling;
    }

    private void check(Held held, SplittableRandom random) {
        wellFormed(held.view.root(), true);
        KeyRange[] ranges = new KeyRange[8];
        ranges[0] = KeyRange.ALL;
        for (int i = 1; i < ranges.length; i++) {
            ranges[i] = new KeyRange(key(random), i % 3 == 0 ? null : key(random), false);
        }
        for (KeyRange range : ranges) {
            List<String> expected = held.keys.stream()
                    .filter(key -> !range.isEmpty() && range.contains(Key.of(Store.bytes(key))))
                    .toList();
            List<String> walked = new ArrayList<>();
            held.view.walkLive(range, entry -> {
                if (entry.liveAt(held.revision)) {
                    walked.add(entry.keyBytes().toStringUtf8());
                }
                return true;
            });
            assertEquals(expected, walked);
            assertEquals(expected.size(), held.view.count(range, held.revision));
        }
    }

    private static Key key(SplittableRandom random) {
        return Key.of(Store.bytes("k" + random.nextInt(9_000)));
    }

    private static void wellFormed(IndexNode node, boolean root) {
        assertTrue(node.size() <= IndexNode.MOST);
        assertTrue(root || node.size() > 0, "only the root may be empty");
        if (node instanceof Branch branch) {
            assertTrue(!root || branch.size() > 1, "a root with a single child is no root");
            for (int place = 0; place < branch.size(); place++) {
                wellFormed(branch.child(place), false);
            }
        }
    }

    @Test
    void keysThatComeInOrderFillTheirLeaves() {
        for (int i = 0; i < 64 * 64; i++) {
            put(String.format("k%06d", i));
        }
        assertTrue(index.now().root() instanceof Branch root && root.size() == 64);
    }

    @Test
    void anIndexThatLostAllKeysIsAsGoodAsNew() {
        for (int i = 0; i < 10_000; i++) {
            put("k" + i);
        }
        List.copyOf(living.keySet()).forEach(this::delete);
        forgetDead();
        assertEquals(0, index.size());
        assertEquals(0, index.now().root().size());
        put("again");
        assertEquals(1, index.now().count(KeyRange.ALL, revision));
    }

    @Test
    void keysThatLeaveOneByOneLeaveNoSparseNodesBehind() {
        for (int i = 0; i < 20_000; i++) {
            put(String.format("k%06d", i));
        }
        for (int i = 0; i < 20_000; i++) {
            if (i % 20 != 0) {
                delete(String.format("k%06d", i));
            }
        }
        forgetDead();
        assertTrue(leaves(index.now().root()) < 100, "1,000 keys fit into 16 leaves");
        assertEquals(1_000, index.publish().count(KeyRange.ALL, revision));
    }

    private static int leaves(IndexNode node) {
        int leaves = 0;
        if (node instanceof Branch branch) {
            for (int place = 0; place < branch.size(); place++) {
                leaves += leaves(branch.child(place));
            }
            return leaves;
        }
        return 1;
    }
}
