package io.drawbore.simulator;

import io.drawbore.api.Caller;
import io.drawbore.api.MemberIdentity;
import io.drawbore.proto.etcdserverpb.AlarmRequest;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.DowngradeRequest;
import io.drawbore.proto.etcdserverpb.DowngradeRequest.DowngradeAction;
import io.drawbore.proto.etcdserverpb.MemberAddRequest;
import io.drawbore.proto.etcdserverpb.MemberAddResponse;
import io.drawbore.proto.etcdserverpb.MemberPromoteRequest;
import io.drawbore.proto.etcdserverpb.MemberRemoveRequest;
import io.drawbore.server.MemberServer;
import java.util.ArrayList;
import java.util.List;

/** Those who add members to a cluster, give them votes and remove others. One thread. */
final class Operators {
    private static final String VERSION_BEFORE = "3.6.0";

    private final SimulatedCluster cluster;
    private final List<Machine> joined = new ArrayList<>();
    private int asked;

    Operators(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Asks a member to add one, and starts that once it is answered. */
    void add(Machine by, boolean learner) {
        MemberServer server = by.server();
        String name = "new" + ++asked;
        MemberAddRequest request = MemberAddRequest.newBuilder()
                .addPeerURLs("http://" + name + ":2380")
                .setIsLearner(learner)
                .build();
        cluster.invariants().membersChange();
        by.soon(() -> {
            var _ = server.memberAdd(request, Caller.SELF).thenAccept(added ->
                    cluster.schedule().after(0, () -> join(name, added)));
        });
    }

    private void join(String name, MemberAddResponse added) {
        MemberIdentity identity =
                new MemberIdentity(added.getMember().getID(), added.getHeader().getClusterId());
        Machine machine = cluster.join(name, identity);
        cluster.tally().count(Tally.Event.MEMBER_JOINED);
        joined.add(machine);
        boolean _ = machine.start();
    }

    /** Asks a member to give the newest learner a vote. */
    void promote(Machine by) {
        if (!joined.isEmpty()) {
            MemberServer server = by.server();
            MemberPromoteRequest request =
                    MemberPromoteRequest.newBuilder().setID(joined.getLast().id()).build();
            by.soon(() -> {
                var _ = server.memberPromote(request, Caller.SELF);
            });
        }
    }

    /** Has a member say that the space of one is at its end, or that it is not. */
    void alarm(Machine by, long of, boolean raised) {
        MemberServer server = by.server();
        AlarmRequest request = AlarmRequest.newBuilder()
                .setAction(raised ? AlarmRequest.AlarmAction.ACTIVATE : AlarmRequest.AlarmAction.DEACTIVATE)
                .setMemberID(of)
                .setAlarm(AlarmType.NOSPACE)
                .build();
        by.soon(() -> {
            var _ = server.alarm(request, Caller.SELF);
        });
    }

    /** Asks a member for a downgrade of the cluster by one minor version, or for its end. */
    void downgrade(Machine by, boolean enabled) {
        MemberServer server = by.server();
        DowngradeRequest request = DowngradeRequest.newBuilder()
                .setAction(enabled ? DowngradeAction.ENABLE : DowngradeAction.CANCEL)
                .setVersion(enabled ? VERSION_BEFORE : "")
                .build();
        by.soon(() -> {
            var _ = server.downgrade(request, Caller.SELF);
        });
    }

    /** Asks a member to remove one. */
    void remove(Machine by, Machine removed) {
        MemberServer server = by.server();
        MemberRemoveRequest request =
                MemberRemoveRequest.newBuilder().setID(removed.id()).build();
        cluster.invariants().membersChange();
        by.soon(() -> {
            var _ = server.memberRemove(request, Caller.SELF).thenAccept(_ -> removed.dismiss());
        });
    }
}
