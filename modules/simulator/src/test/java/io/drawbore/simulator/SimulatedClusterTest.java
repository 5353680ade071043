package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    private static String get(SimulatedCluster cluster, Machine machine, String key) {
        RangeRequest request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        return cluster.await(machine.server().range(request, Caller.SELF), PATIENCE)
                .getKvs(0).getValue().toStringUtf8();
    }

    /** What was on its way to a leader that is gone is lost: a client tries again. */
    private static CompletableFuture<PutResponse> putAgain(Machine machine, String value) {
        return machine.server().put(put("k", value), Caller.SELF).exceptionallyCompose(_ -> putAgain(machine, value));
    }

    @Test
    void whatOneMemberTookEveryMemberHas() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3);
        cluster.start();
        for (Machine machine : cluster.machines()) {
            String name = machine.server().identity().toString();
            cluster.await(machine.server().put(put("k", name), Caller.SELF), PATIENCE);
            for (Machine other : cluster.machines()) {
                assertEquals(name, get(cluster, other, "k"));
            }
        }
    }

    @Test
    void anotherLeadsWhenOneIsGone() {
        SimulatedCluster cluster = new SimulatedCluster(2, 3);
        cluster.start();
        for (Machine gone : cluster.machines()) {
            cluster.await(gone.server().put(put("k", "before"), Caller.SELF), PATIENCE);
            gone.losePower(Survival.SYNCED_ONLY);
            List<Machine> left = cluster.machines().stream().filter(Machine::isRunning).toList();
            cluster.await(putAgain(left.getFirst(), "after"), PATIENCE.multipliedBy(2));
            gone.start();
            assertEquals("after", get(cluster, gone, "k"));
        }
    }
}
