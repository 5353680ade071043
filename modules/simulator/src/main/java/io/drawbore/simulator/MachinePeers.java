package io.drawbore.simulator;

import io.drawbore.api.Vfs;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The way from one process to the other machines. */
record MachinePeers(SimulatedWorkers process, Vfs disk, Network network, Eye eye) implements Peers {
    @Override
    public void send(List<Message> messages) {
        for (Message message : messages) {
            eye.sends(message);
            network.send(message, process.spent());
        }
    }

    @Override
    public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
        eye.sends(snapshot.message());
        return network.post().send(process, disk, snapshot);
    }
}
