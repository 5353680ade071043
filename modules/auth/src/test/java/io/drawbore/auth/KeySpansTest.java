package io.drawbore.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeySpansTest {
    private static final String OPEN = "\0";

    private static KeySpans spans(String... keysAndEnds) {
        KeySpans.Builder spans = KeySpans.builder();
        for (int i = 0; i < keysAndEnds.length; i += 2) {
            spans.add(Story.bytes(keysAndEnds[i]), Story.bytes(keysAndEnds[i + 1]));
        }
        return spans.build();
    }

    private static boolean covers(KeySpans spans, String key, String end) {
        return spans.cover(Story.bytes(key), Story.bytes(end));
    }

    @Test
    void oneKeyIsNoMoreThanThat() {
        KeySpans spans = spans("b", "");
        assertTrue(covers(spans, "b", ""));
        assertTrue(covers(spans, "b", "b\0"));
        assertFalse(covers(spans, "b\0", ""));
        assertFalse(covers(spans, "a", ""));
        assertFalse(covers(spans, "b", OPEN));
    }

    @Test
    void oneWithoutEndHoldsAllBehindIt() {
        KeySpans spans = spans("b", OPEN);
        assertTrue(covers(spans, "b", OPEN));
        assertTrue(covers(spans, "zzz", OPEN));
        assertFalse(covers(spans, "a", OPEN));
        assertTrue(covers(spans("\0", OPEN), "\0", OPEN));
    }

    @Test
    void keysWithoutANameAreNotThere() {
        assertFalse(covers(spans("\0", OPEN), "", ""));
        assertFalse(covers(spans("", OPEN), "a", ""));
        assertFalse(covers(spans("c", "a"), "b", ""));
    }

    /** Small alphabets, so that spans overlap, touch and leave gaps; each range is judged key by key. */
    @Test
    void aRangeIsCoveredWhereAllItsKeysAre() {
        List<String> keys = new ArrayList<>();
        List<String> between = new ArrayList<>();
        for (char first = 'a'; first < 'g'; first++) {
            keys.add("" + first);
            keys.add(first + "\0");
            between.add(first + "\0\0");
        }
        between.addAll(keys);
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String[] ranges = new String[2 * (1 + random.nextInt(6))];
            for (int i = 0; i < ranges.length; i += 2) {
                ranges[i] = keys.get(random.nextInt(keys.size()));
                ranges[i + 1] = random.nextInt(3) == 0 ? "" : keys.get(random.nextInt(keys.size()));
            }
            KeySpans spans = spans(ranges);
            for (String key : keys) {
                for (String end : keys) {
                    if (key.compareTo(end) < 0) {
                        boolean all = between.stream()
                                .filter(one -> key.compareTo(one) <= 0 && one.compareTo(end) < 0)
                                .allMatch(one -> covers(spans, one, ""));
                        assertEquals(all, covers(spans, key, end), "seed " + seed + ": " + key + " to " + end);
                    }
                }
                boolean any = false;
                for (int i = 0; i < ranges.length; i += 2) {
                    any |= covers(spans(ranges[i], ranges[i + 1]), key, "");
                }
                assertEquals(any, spans.cover(Story.bytes(key), ByteString.EMPTY), "seed " + seed + ": " + key);
            }
        }
    }
}
