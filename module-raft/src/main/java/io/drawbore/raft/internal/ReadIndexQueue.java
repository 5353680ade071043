package io.drawbore.raft.internal;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads that wait for a quorum to answer a heartbeat that was sent after they came in (Raft thesis 6.4). They are
 * numbered, a heartbeat carries the number of the newest, and an answer to it confirms all up to that number.
 */
final class ReadIndexQueue {
    private final Map<Long, Long> acknowledged = new HashMap<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long confirmed;

    /** A read and the commit index at the time it came in. */
    record Waiting(Message request, long index) {
    }

    void add(Message request, long commit) {
        waiting.add(new Waiting(request, commit));
    }

    /** The number for the next heartbeat, empty if nothing waits. */
    ByteString heartbeatContext() {
        if (waiting.isEmpty()) {
            return ByteString.EMPTY;
        }
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        number.putLong(0, confirmed + waiting.size());
        return ByteString.copyFrom(number);
    }

    /** A member answered a heartbeat with this context; one that this leader did not write says nothing. */
    void acknowledge(long from, ByteString context) {
        if (context.size() == Long.BYTES) {
            long number = context.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getLong();
            acknowledged.merge(from, number, Math::max);
        }
    }

    /** Takes the reads that a quorum has confirmed. */
    List<Waiting> takeConfirmed(JointQuorum quorum) {
        long now = quorum.committedIndex(id -> acknowledged.getOrDefault(id, 0L));
        List<Waiting> taken = new ArrayList<>();
        while (confirmed < now && !waiting.isEmpty()) {
            taken.add(waiting.remove());
            confirmed++;
        }
        return taken;
    }
}
