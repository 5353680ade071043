package io.drawbore.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ReadsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ByteString KEY = ByteString.copyFromUtf8("k");

    private final SimulatedCluster cluster = new SimulatedCluster(7, 3);

    private void put(Machine machine, String value) {
        PutRequest request =
                PutRequest.newBuilder().setKey(KEY).setValue(ByteString.copyFromUtf8(value)).build();
        cluster.await(machine.server().put(request, Caller.SELF), PATIENCE);
    }

    private static CompletableFuture<String> read(Machine machine) {
        return machine.server()
                .range(RangeRequest.newBuilder().setKey(KEY).build(), Caller.SELF)
                .thenApply(ReadsTest::value);
    }

    private static String value(RangeResponse response) {
        return response.getKvs(0).getValue().toStringUtf8();
    }

    /** A member that is not the leader. */
    private Machine follower() {
        long leader = cluster.await(cluster.machines().getFirst().server().status(Caller.SELF), PATIENCE).getLeader();
        return cluster.machines().stream().filter(machine -> machine.id() != leader).findFirst().orElseThrow();
    }

    private Machine other(Machine machine) {
        return cluster.machines().stream().filter(one -> !one.equals(machine)).findFirst().orElseThrow();
    }

    /** What was asked under the same name before a restart must not be taken for it (as in etcd issue 20418). */
    @Test
    void anAnswerToAMemberBeforeItsRestartSaysNothingAfterIt() {
        cluster.start();
        put(cluster.machines().getFirst(), "old");
        Machine asking = follower();
        Machine other = other(asking);

        // a follower asks, and the leader's answer is long under way
        Predicate<Message> answers = message -> message.getType() == MessageType.MsgReadIndexResp;
        Predicate<Message> entries =
                message -> message.getType() == MessageType.MsgApp && message.getTo() == asking.id();
        cluster.network().keep(answers);
        CompletableFuture<String> lost = read(asking);
        cluster.schedule().pass(Duration.ofMillis(100));
        assertFalse(lost.isDone());

        // meanwhile it restarts without hearing what is written
        asking.kill();
        put(other, "new");
        cluster.network().keep(answers.or(entries));
        asking.start();
        cluster.schedule().pass(Duration.ofMillis(500));
        List<CompletableFuture<String>> reads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reads.add(read(asking));
            cluster.schedule().pass(Duration.ofMillis(1));
        }

        // then the answers come, and after them the entries
        cluster.network().keep(entries);
        cluster.schedule().pass(Duration.ofMillis(100));
        cluster.network().letGo();
        for (CompletableFuture<String> read : reads) {
            assertEquals("new", cluster.await(read, PATIENCE));
        }
    }
}
