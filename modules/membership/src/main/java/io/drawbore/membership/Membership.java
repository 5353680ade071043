package io.drawbore.membership;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.drawbore.api.EtcdError;
import io.drawbore.api.EtcdException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.StorageException;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.proto.membershippb.ClusterMemberAttrSetRequest;
import io.drawbore.proto.membershippb.ClusterVersionSetRequest;
import io.drawbore.proto.membershippb.DowngradeInfoSetRequest;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the membership table and says what commands do to it. Stateless: every answer comes from the view given. */
public final class Membership {
    private static final ByteString CLUSTER_VERSION = ByteString.copyFromUtf8("clusterVersion");
    private static final ByteString DOWNGRADE = ByteString.copyFromUtf8("downgrade");
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

    /** Whether a member was removed, which is for ever. */
    public static boolean isRemoved(ReadTx tx, long memberId) {
        return tx.get(Table.MEMBER_REMOVED, key(memberId)) != null;
    }

    /**
     * What a configuration change does. Every member refuses the same ones, so that raft's configuration and the table
     * stay one; they are those that etcd's members refuse.
     *
     * @param maxLearners learners there may be where the change itself doesn't say, see {@link ChangeContext}
     * @throws EtcdException where the cluster as it is now does not allow it
     * @throws io.drawbore.api.StorageException where it is not understood
     */
    public static List<TableChange> changes(ReadTx tx, ConfChangeV2 change, int maxLearners) {
        List<TableChange> changes = new ArrayList<>();
        for (ConfChangeSingle single : change.getChangesList()) {
            changes.addAll(changes(tx, single, change.getContext(), maxLearners));
        }
        return changes;
    }

    private static List<TableChange> changes(
            ReadTx tx, ConfChangeSingle change, ByteString context, int maxLearners) {
        long id = change.getNodeId();
        if (isRemoved(tx, id)) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        return switch (change.getType()) {
            case ConfChangeAddNode -> {
                ChangeContext wanted = context(id, context);
                yield wanted.promotes() ? promote(tx, id) : add(tx, wanted.member().withVote());
            }
            case ConfChangeAddLearnerNode -> addLearner(tx, context(id, context), maxLearners);
            case ConfChangeRemoveNode -> remove(tx, id);
            case ConfChangeUpdateNode -> update(tx, context(id, context).member());
        };
    }

    private static ChangeContext context(long id, ByteString bytes) {
        ChangeContext context = ChangeContext.fromJson(bytes);
        if (context.member().id() != id) {
            throw new StorageException("a change of member " + MemberIds.hex(id) + " speaks of member "
                    + MemberIds.hex(context.member().id()));
        }
        return context;
    }

    private static List<TableChange> add(ReadTx tx, Member added) {
        if (tx.get(Table.MEMBER, key(added.id())) != null) {
            throw EtcdError.MEMBER_EXIST.exception();
        }
        refuseTakenUrls(tx, added);
        return List.of(row(added));
    }

    private static List<TableChange> addLearner(ReadTx tx, ChangeContext wanted, int maxLearners) {
        List<TableChange> changes = add(tx, wanted.member());
        long learners = members(tx).stream().filter(Member::learner).count();
        if (learners >= wanted.learnerLimit(maxLearners)) {
            throw EtcdError.TOO_MANY_LEARNERS.exception();
        }
        return changes;
    }

    private static List<TableChange> promote(ReadTx tx, long id) {
        Member member = member(tx, id);
        if (!member.learner()) {
            throw EtcdError.MEMBER_NOT_LEARNER.exception();
        }
        return List.of(row(member.withVote()));
    }

    /** Without a voter nobody could ever decide anything again; etcd's members end where that gets into their log. */
    private static List<TableChange> remove(ReadTx tx, long id) {
        Member removed = member(tx, id);
        boolean last = members(tx).stream().allMatch(member -> member.learner() || member.id() == id);
        if (last && !removed.learner()) {
            throw EtcdError.MEMBER_NOT_ENOUGH_STARTED.exception();
        }
        return List.of(
                new TableChange(Table.MEMBER, key(id), null), new TableChange(Table.MEMBER_REMOVED, key(id), REMOVED));
    }

    /** An update changes where a member is reached, and never whether it has a vote (etcd issue 21719). */
    private static List<TableChange> update(ReadTx tx, Member wanted) {
        Member now = member(tx, wanted.id());
        refuseTakenUrls(tx, wanted);
        return List.of(row(now.withPeerUrls(wanted.peerUrls())));
    }

    private static void refuseTakenUrls(ReadTx tx, Member wanted) {
        for (Member other : members(tx)) {
            if (other.id() != wanted.id() && !Collections.disjoint(other.peerUrls(), wanted.peerUrls())) {
                throw EtcdError.PEER_URL_EXIST.exception();
            }
        }
    }

    private static Member member(ReadTx tx, long id) {
        ByteString stored = tx.get(Table.MEMBER, key(id));
        if (stored == null) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        return Member.fromJson(stored);
    }

    private static TableChange row(Member member) {
        return new TableChange(Table.MEMBER, key(member.id()), member.toJson());
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

    /** What beginning a downgrade does, or ending it: the value is what etcd keeps, byte for byte. */
    public static List<TableChange> changes(DowngradeInfoSetRequest request) {
        JsonObject json = new JsonObject();
        json.addProperty("target-version", request.getEnabled() ? request.getVer() : "");
        json.addProperty("enabled", request.getEnabled());
        return List.of(new TableChange(Table.CLUSTER, DOWNGRADE, ByteString.copyFromUtf8(json.toString())));
    }

    private static ByteString key(long memberId) {
        return ByteString.copyFromUtf8(MemberIds.hex(memberId));
    }
}
