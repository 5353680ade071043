package io.drawbore.rpc.internal;

import io.drawbore.api.EtcdError;
import io.drawbore.api.FrontDoor;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends the streams that want a leader when this member has seen none for a while. {@link #tick} comes from one timer,
 * an election timeout apart; the rest from any thread.
 */
final class LeaderWatch {
    /** Election timeouts without a leader, one after the other, that such a stream outlives. */
    private static final int MAX_TICKS_WITHOUT_LEADER = 3;

    private final FrontDoor door;
    private final Set<StreamHandler.Output<?>> streams = ConcurrentHashMap.newKeySet();
    private int ticksWithoutLeader;

    LeaderWatch(FrontDoor door) {
        this.door = door;
    }

    void add(StreamHandler.Output<?> stream) {
        streams.add(stream);
    }

    void remove(StreamHandler.Output<?> stream) {
        streams.remove(stream);
    }

    /** An election timeout has passed. */
    void tick() {
        if (door.hasLeader()) {
            ticksWithoutLeader = 0;
            return;
        }
        ticksWithoutLeader++;
        if (ticksWithoutLeader >= MAX_TICKS_WITHOUT_LEADER) {
            for (StreamHandler.Output<?> stream : streams) {
                stream.end(RpcStatus.of(EtcdError.NO_LEADER.exception()));
            }
        }
    }
}
