package io.drawbore.interop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One connection's writes to keys of its own, one after the other, and what it knows of them: what was acknowledged
 * holds, and at most one write, the last, is in doubt. One thread at a time.
 */
final class Writer {
    private static final int KEYS = 20;

    private final String name;
    private final SplittableRandom random;
    private final List<String> group;
    private final Map<String, Stored> known = new HashMap<>();
    private final List<Stored> history = new ArrayList<>();
    private Optional<Doubt> doubt = Optional.empty();
    private long writes;
    private long acknowledged;
    private long lastRevision;

    /** What a write would have left. Without a value it was a delete. */
    private record Doubt(List<String> keys, Optional<String> value) {}

    Writer(final int number, final long seed) {
        name = "w" + number + "/";
        random = new SplittableRandom(seed + number);
        group = IntStream.range(0, 3).mapToObj(i -> name + "group" + i).toList();
    }

    /** Writes until the server is gone, telling of each acknowledgement's revision. */
    void writeUntilRefused(final JsonClient client, final Consumer<Long> told) {
        acknowledged = 0;
        while (true) {
            final Doubt next = next();
            doubt = Optional.of(next);
            try {
                final long revision = write(client, next);
                learn(next, revision);
                doubt = Optional.empty();
                acknowledged++;
                told.accept(revision);
            } catch (final IOException gone) {
                return;
            }
        }
    }

    private Doubt next() {
        final String key = name + "k" + random.nextInt(KEYS);
        final Optional<String> value = Optional.of(name + "value" + writes++ + "x".repeat(random.nextInt(200)));
        final int kind = random.nextInt(10);
        if (kind < 2) {
            return new Doubt(group, value);
        }
        return new Doubt(List.of(key), kind < 4 && known.containsKey(key) ? Optional.empty() : value);
    }

    private static long write(final JsonClient client, final Doubt write) throws IOException {
        if (write.value().isEmpty()) {
            return client.delete(write.keys().getFirst());
        }
        return write.keys().size() == 1
                ? client.put(write.keys().getFirst(), write.value().get())
                : client.putAll(write.keys(), write.value().get());
    }

    private void learn(final Doubt write, final long revision) {
        assertTrue(revision > lastRevision, () -> name + ": revision " + revision + " follows " + lastRevision);
        lastRevision = revision;
        for (final String key : write.keys()) {
            if (write.value().isPresent()) {
                final var stored = new Stored(key, write.value().get(), revision);
                known.put(key, stored);
                history.add(stored);
            } else {
                known.remove(key);
            }
        }
    }

    /**
     * Judges what is there after a restart and settles the doubt.
     *
     * @return how many writes of this round are there: those acknowledged, and the one in doubt or not
     */
    long settle(final Map<String, Stored> there) {
        boolean landed = false;
        if (doubt.isPresent() && landed(doubt.get(), there)) {
            landed = true;
            final Doubt write = doubt.get();
            if (write.value().isPresent()) {
                learn(write, there.get(write.keys().getFirst()).modRevision());
            } else {
                known.remove(write.keys().getFirst());
            }
        }
        doubt = Optional.empty();
        final Map<String, Stored> mine = new HashMap<>(there);
        mine.keySet().removeIf(key -> !key.startsWith(name));
        assertEquals(known, mine, () -> "what " + name + " wrote");
        return acknowledged + (landed ? 1 : 0);
    }

    private static boolean landed(final Doubt write, final Map<String, Stored> there) {
        final String first = write.keys().getFirst();
        return write.value().isPresent()
                ? there.containsKey(first) && there.get(first).value().equals(write.value().get())
                : !there.containsKey(first);
    }

    /** Some puts that were acknowledged at any time. */
    Stream<Stored> sample(final int count) {
        return history.isEmpty()
                ? Stream.empty()
                : random.ints(count, 0, history.size()).mapToObj(history::get);
    }
}
