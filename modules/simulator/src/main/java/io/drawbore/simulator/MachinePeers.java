package io.drawbore.simulator;

import io.drawbore.api.Vfs;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The way from one process to the other machines. */
record MachinePeers(SimulatedWorkers process, Vfs disk, Network network, SnapshotPost post) implements Peers {
    @Override
    public void send(List<Message> messages) {
        messages.forEach(message -> network.send(message, process.spent()));
    }

    @Override
    public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
        return post.send(process, disk, snapshot);
    }
}
