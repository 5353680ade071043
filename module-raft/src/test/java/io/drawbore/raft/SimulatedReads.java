package io.drawbore.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Linearizable reads, thesis 6.4: the answer is no lower than what was committed anywhere when the read was asked for.
 *
 * <p>With a lease (6.4.1) that is not promised, even if all clocks go alike: check-quorum ends a leader's term up to
 * two election timeouts after the last answer that a quorum gave, and another may lead from the first on. What holds is
 * that the answer is no lower than what was committed that long before.
 */
final class SimulatedReads {
    private final long staleTicks;
    private final Map<ByteString, Long> atLeast = new HashMap<>();
    private final List<Long> committedAtTick = new ArrayList<>();

    /** Reads that may be stale by so many ticks, 0 for none. */
    SimulatedReads(long staleTicks) {
        this.staleTicks = staleTicks;
        committedAtTick.add(0L);
    }

    /** The cluster's next tick begins. */
    void tick(long committed) {
        committedAtTick.add(committed);
    }

    void asked(ByteString context, long committed) {
        long then = committedAtTick.size() - staleTicks;
        atLeast.put(context, staleTicks == 0 ? committed : committedAtTick.get(Math.toIntExact(Math.max(0, then))));
    }

    void answered(ReadState read) {
        long bound = atLeast.getOrDefault(read.context(), Long.MAX_VALUE);
        assertTrue(read.index() >= bound, () -> "linearizable read: answered with " + read.index() + " though "
                + bound + " was committed before it was asked for");
    }
}
