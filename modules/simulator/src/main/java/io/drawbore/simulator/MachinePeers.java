package io.drawbore.simulator;

import io.drawbore.api.Caller;
import io.drawbore.api.Vfs;
import io.drawbore.membership.Member;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.server.MemberServer;
import io.drawbore.server.MemberSnapshot;
import io.drawbore.server.Peers;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The other machines, as one process sees them.
 *
 * @param self the id of its member
 * @param disk its own, where its snapshots lie
 * @param messages where its messages go
 */
record MachinePeers(
        LongSupplier self,
        SimulatedWorkers process,
        Schedule schedule,
        Network network,
        Vfs disk,
        Consumer<List<Message>> messages)
        implements Peers {
    @Override
    public void send(List<Message> some) {
        messages.accept(some);
    }

    @Override
    public CompletableFuture<Void> sendSnapshot(MemberSnapshot snapshot) {
        return network.post().send(process, disk, snapshot);
    }

    @Override
    public OptionalLong activeSince(long member) {
        OptionalLong since = network.reachableSince(self.getAsLong(), member);
        return since.isEmpty()
                ? since
                : OptionalLong.of(process.nanoTime() - (schedule.now() - since.getAsLong()));
    }

    @Override
    public CompletableFuture<List<Member>> promote(long leader, long learner) {
        MemberPromoteRequest request =
                MemberPromoteRequest.newBuilder().setID(learner).build();
        return ask(leader, asked -> asked.memberPromote(request, Caller.SELF)
                .thenApply(answer ->
                        answer.getMembersList().stream().map(Member::fromMessage).toList()));
    }

    @Override
    public CompletableFuture<Long> renewLease(long leader, long lease) {
        return ask(leader, asked -> asked.renewLease(lease));
    }

    @Override
    public CompletableFuture<LeaseTimeToLiveResponse> timeToLive(long leader, LeaseTimeToLiveRequest request) {
        return ask(leader, asked -> asked.timeToLive(request));
    }

    @Override
    public CompletableFuture<String> version(long member) {
        return ask(member, asked -> CompletableFuture.completedFuture(network.version(asked)));
    }

    private <T> CompletableFuture<T> ask(long member, Function<MemberServer, CompletableFuture<T>> question) {
        return network.ask(self.getAsLong(), process, member, question);
    }
}
