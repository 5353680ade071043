package io.drawbore.auth;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys, as spans that neither overlap nor touch. Ranges are spelled as in requests: an end that is empty means
 * the one key, an end of one zero byte means everything from the key on. Immutable; any thread.
 */
final class KeySpans {
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    /** Spans by where they begin. */
    private final TreeMap<ByteString, Span> spans = new TreeMap<>(ORDER);

    /** @param end the first key behind it, or null where there is none */
    private record Span(ByteString begin, @Nullable ByteString end) {
        boolean isEmpty() {
            return begin.isEmpty() || (end != null && ORDER.compare(begin, end) >= 0);
        }

        boolean reaches(@Nullable ByteString other) {
            return end == null || (other != null && ORDER.compare(other, end) <= 0);
        }
    }

    private KeySpans(List<Span> sorted) {
        Span open = null;
        for (Span next : sorted) {
            if (open != null && open.reaches(next.begin)) {
                open = open.reaches(next.end) ? open : new Span(open.begin, next.end);
            } else {
                open = next;
            }
            spans.put(open.begin, open);
        }
    }

    static Builder builder() {
        return new Builder();
    }

    /**
     * Whether a range lies in one span, which is whether all its keys are in the set. One that ends before it begins is
     * judged by where it begins, as in etcd.
     */
    boolean cover(ByteString key, ByteString end) {
        Span wanted = span(key, end);
        if (key.isEmpty()) {
            return false;
        }
        Map.Entry<ByteString, Span> found = spans.floorEntry(key);
        if (found == null) {
            return false;
        }
        Span span = found.getValue();
        boolean holdsKey = span.end == null || ORDER.compare(key, span.end) < 0;
        return holdsKey && (wanted.isEmpty() || span.reaches(wanted.end));
    }

    private static Span span(ByteString key, ByteString end) {
        if (end.isEmpty()) {
            return new Span(key, key.concat(ZERO));
        }
        return new Span(key, end.equals(ZERO) ? null : end);
    }

    /** Collects ranges in any order. */
    static final class Builder {
        private final List<Span> ranges = new ArrayList<>();

        /** One without a key, or that ends before it begins, is nothing. */
        void add(ByteString key, ByteString end) {
            Span span = span(key, end);
            if (!span.isEmpty()) {
                ranges.add(span);
            }
        }

        KeySpans build() {
            return new KeySpans(
                    ranges.stream().sorted(Comparator.comparing(Span::begin, ORDER)).toList());
        }
    }
}
