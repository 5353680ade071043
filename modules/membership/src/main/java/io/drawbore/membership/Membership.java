package io.drawbore.membership;

import com.google.protobuf.ByteString;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the membership table and says what commands do to it. Stateless: every answer comes from the view given. */
public final class Membership {
    private static final ByteString CLUSTER_VERSION = ByteString.copyFromUtf8("clusterVersion");
    private static final ByteString REMOVED = ByteString.copyFromUtf8("removed");

    private Membership() {}

    /** All members, by id. */
    public static List<Member> members(ReadTx tx) {
        return tx.all(Table.MEMBER).values().stream()
                .map(Member::fromJson)
                .sorted(Comparator.comparing(Member::id, Long::compareUnsigned))
                .toList();
    }

    /** The cluster's version, {@code X.Y.0}, or null before it is decided. */
    public static @Nullable String clusterVersion(ReadTx tx) {
        ByteString version = tx.get(Table.CLUSTER, CLUSTER_VERSION);
        return version == null ? null : version.toStringUtf8();
    }

    /** Raft's configuration: members with a vote are voters. */
    public static ConfState confState(ReadTx tx) {
        ConfState.Builder state = ConfState.newBuilder().setAutoLeave(false);
        for (Member member : members(tx)) {
            if (member.learner()) {
                state.addLearners(member.id());
            } else {
                state.addVoters(member.id());
            }
        }
        return state.build();
    }

    /** What a configuration change does. A member that was removed never comes back. */
    public static List<TableChange> changes(ReadTx tx, ConfChangeV2 change) {
        List<TableChange> changes = new ArrayList<>();
        for (ConfChangeSingle single : change.getChangesList()) {
            ByteString key = key(single.getNodeId());
            if (tx.get(Table.MEMBER_REMOVED, key) != null) {
                continue;
            }
            switch (single.getType()) {
                case ConfChangeAddNode, ConfChangeAddLearnerNode ->
                    changes.add(new TableChange(Table.MEMBER, key, Member.fromJson(change.getContext()).toJson()));
                case ConfChangeRemoveNode -> {
                    changes.add(new TableChange(Table.MEMBER, key, null));
                    changes.add(new TableChange(Table.MEMBER_REMOVED, key, REMOVED));
                }
                case ConfChangeUpdateNode -> changes.addAll(update(tx, key, Member.fromJson(change.getContext())));
            }
        }
        return changes;
    }

    /** What publishing a member's name and client URLs does; nothing where there is no such member any more. */
    public static List<TableChange> changes(ReadTx tx, ClusterMemberAttrSetRequest request) {
        ByteString key = key(request.getMemberID());
        ByteString stored = tx.get(Table.MEMBER, key);
        if (stored == null) {
            return List.of();
        }
        Member member = Member.fromJson(stored)
                .withAttributes(
                        request.getMemberAttributes().getName(),
                        request.getMemberAttributes().getClientUrlsList());
        return List.of(new TableChange(Table.MEMBER, key, member.toJson()));
    }

    /** What deciding the cluster's version does. */
    public static List<TableChange> changes(ClusterVersionSetRequest request) {
        return List.of(new TableChange(Table.CLUSTER, CLUSTER_VERSION, ByteString.copyFromUtf8(request.getVer())));
    }

    /** An update changes where a member is reached, and never whether it has a vote (etcd issue 21719). */
    private static List<TableChange> update(ReadTx tx, ByteString key, Member wanted) {
        ByteString stored = tx.get(Table.MEMBER, key);
        if (stored == null) {
            return List.of();
        }
        Member now = Member.fromJson(stored);
        Member updated = new Member(now.id(), wanted.peerUrls(), now.learner(), now.name(), now.clientUrls());
        return List.of(new TableChange(Table.MEMBER, key, updated.toJson()));
    }

    private static ByteString key(long memberId) {
        return ByteString.copyFromUtf8(MemberIds.hex(memberId));
    }
}
