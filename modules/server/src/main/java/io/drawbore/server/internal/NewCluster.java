package io.drawbore.server.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.LogRecovery;
import io.drawbore.api.StorageException;
import io.drawbore.api.Vfs;
import io.drawbore.api.VfsFile;
import io.drawbore.membership.ChangeContext;
import io.drawbore.membership.Member;
import io.drawbore.membership.MemberIds;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeType;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.EntryType;
import io.drawbore.proto.raftpb.HardState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a cluster of one member out of what it has of a cluster whose majority is lost ({@code --force-new-cluster}).
 * What was not committed is given up, all others are removed by entries of the log, committed by nobody's vote, and
 * the member keeps its data, its id and the cluster's.
 *
 * <p>A mark says that this is under way; from when it is durable until the log is, every start goes on with it. So the
 * member never comes back as one of the old cluster with such entries in its log: they have a term in which another may
 * have led, and committed something else.
 */
final class NewCluster {
    private static final Logger LOG = LoggerFactory.getLogger(NewCluster.class);

    private final Vfs vfs;
    private final Path mark;

    /**
     * One member's.
     *
     * @param mark where it is noted that this is under way; its folder is there
     */
    NewCluster(Vfs vfs, Path mark) {
        this.vfs = vfs;
        this.mark = mark;
    }

    /** Whether an earlier start was stopped before it had done it. */
    boolean isUnderWay() {
        return vfs.exists(mark);
    }

    /**
     * What is left of a log.
     *
     * @param hardState its commit covers all entries
     * @param entries those above the log's start
     */
    record Forced(HardState hardState, List<Entry> entries) {
        Forced {
            entries = List.copyOf(entries);
        }
    }

    /**
     * Does it; durable on return.
     *
     * @param members the members as of the store's applied index
     * @param applied the store's applied index, which was committed
     * @throws StorageException where this is no member, or the disk refuses
     */
    Forced force(LogRecovery recovery, List<Member> members, long applied) {
        long start = recovery.start().index();
        // an unsafe tail may have taken committed entries along
        long commit = Math.min(
                start + recovery.entries().size(), Math.max(recovery.hardState().getCommit(), applied));
        List<Entry> entries = new ArrayList<>(recovery.entries().subList(0, (int) (commit - start)));
        List<Entry> changes = changes(recovery, later(members, entries, applied), commit);
        entries.addAll(changes);
        HardState hardState = recovery.hardState().toBuilder()
                .setCommit(start + entries.size())
                .build();
        begin();
        recovery.log().append(hardState, changes);
        recovery.log().sync();
        recovery.log().declareTailSafe();
        end();
        LOG.atWarn()
                .addKeyValue("member", MemberIds.hex(recovery.owner().memberId()))
                .addKeyValue("given-up", recovery.entries().size() - (commit - start))
                .addKeyValue("changes", changes.size())
                .log("a new cluster of this member alone was forced");
        return new Forced(hardState, entries);
    }

    /** Who is a member once entries are applied, and whether as a learner. */
    private static SortedMap<Long, Boolean> later(List<Member> members, List<Entry> entries, long applied) {
        SortedMap<Long, Boolean> learners = new TreeMap<>(Long::compareUnsigned);
        members.forEach(member -> learners.put(member.id(), member.learner()));
        for (Entry entry : entries) {
            if (entry.getIndex() > applied) {
                changes(entry).forEach(change -> {
                    switch (change.getType()) {
                        case ConfChangeAddNode -> learners.put(change.getNodeId(), false);
                        case ConfChangeAddLearnerNode -> learners.put(change.getNodeId(), true);
                        case ConfChangeRemoveNode -> learners.remove(change.getNodeId());
                        case ConfChangeUpdateNode -> {}
                    }
                });
            }
        }
        return learners;
    }

    private static List<ConfChangeSingle> changes(Entry entry) {
        try {
            return switch (entry.getType()) {
                case EntryNormal -> List.of();
                case EntryConfChange -> {
                    ConfChange change = ConfChange.parseFrom(entry.getData());
                    yield List.of(ConfChangeSingle.newBuilder()
                            .setType(change.getType())
                            .setNodeId(change.getNodeId())
                            .build());
                }
                case EntryConfChangeV2 -> ConfChangeV2.parseFrom(entry.getData()).getChangesList();
            };
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("log entry " + entry.getTerm() + "/" + entry.getIndex() + " cannot be read: "
                    + e.getMessage(), e);
        }
    }

    /** A learner gets a vote first: without it nobody could decide anything. */
    private static List<Entry> changes(LogRecovery recovery, SortedMap<Long, Boolean> learners, long commit) {
        long self = recovery.owner().memberId();
        if (!learners.containsKey(self)) {
            throw new StorageException("member " + MemberIds.hex(self)
                    + " is no member of its cluster any more, and cannot go on alone: restore a snapshot instead");
        }
        List<ConfChange.Builder> changes = new ArrayList<>();
        if (Objects.equals(learners.get(self), true)) {
            changes.add(change(ConfChangeType.ConfChangeAddNode, self)
                    .setContext(ChangeContext.promotion(self).toJson()));
        }
        for (long other : learners.keySet()) {
            if (other != self) {
                changes.add(change(ConfChangeType.ConfChangeRemoveNode, other));
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (ConfChange.Builder change : changes) {
            entries.add(Entry.newBuilder()
                    .setType(EntryType.EntryConfChange)
                    .setTerm(recovery.hardState().getTerm())
                    .setIndex(commit + entries.size() + 1)
                    .setData(change.build().toByteString())
                    .build());
        }
        return entries;
    }

    private static ConfChange.Builder change(ConfChangeType type, long id) {
        return ConfChange.newBuilder().setType(type).setNodeId(id).setContext(ByteString.EMPTY);
    }

    private void begin() {
        try {
            if (!vfs.exists(mark)) {
                try (VfsFile file = vfs.open(mark, Vfs.Mode.CREATE)) {
                    file.sync();
                }
            }
            vfs.syncFolder(folder());
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private void end() {
        try {
            vfs.delete(mark);
            vfs.syncFolder(folder());
        } catch (IOException e) {
            throw refused(e);
        }
    }

    private Path folder() {
        return Objects.requireNonNull(mark.getParent(), "a mark lies in the data dir");
    }

    private StorageException refused(IOException e) {
        return new StorageException(mark + ": " + e.getMessage() + "; mend that and start again", e);
    }
}
