package io.drawbore.raft.internal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeTransition;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.Entry;
import org.jspecify.annotations.Nullable;

/** What a configuration change, as it stands in the log, asks for. */
public final class ConfChanges {
    private ConfChanges() {
    }

    /** The change that an entry holds, null if it holds none. */
    public static @Nullable ConfChangeV2 of(Entry entry) {
        try {
            return switch (entry.getType()) {
                case EntryNormal -> null;
                case EntryConfChange -> toV2(ConfChange.parseFrom(entry.getData()));
                case EntryConfChangeV2 -> ConfChangeV2.parseFrom(entry.getData());
            };
        } catch (InvalidProtocolBufferException unreadable) {
            throw new InvariantException("the configuration change at index " + entry.getIndex() + " is unreadable: "
                    + unreadable.getMessage());
        }
    }

    /** An old-style change in today's words. */
    public static ConfChangeV2 toV2(ConfChange change) {
        ConfChangeV2.Builder v2 = ConfChangeV2.newBuilder().addChanges(ConfChangeSingle.newBuilder()
                .setType(change.getType())
                .setNodeId(change.getNodeId()));
        if (change.hasContext()) {
            v2.setContext(change.getContext());
        }
        return v2.build();
    }

    /** Whether the change leaves a joint configuration: it asks for nothing. */
    public static boolean leavesJoint(ConfChangeV2 change) {
        return change.getTransition() == ConfChangeTransition.ConfChangeTransitionAuto && change.getChangesCount() == 0;
    }

    /** Whether the change goes through a joint configuration: it asks for that, or for more than one thing. */
    public static boolean entersJoint(ConfChangeV2 change) {
        return change.getTransition() != ConfChangeTransition.ConfChangeTransitionAuto || change.getChangesCount() > 1;
    }

    /** Whether a joint configuration that the change enters is left by the leader itself. */
    public static boolean autoLeaves(ConfChangeV2 change) {
        return change.getTransition() != ConfChangeTransition.ConfChangeTransitionJointExplicit;
    }
}
