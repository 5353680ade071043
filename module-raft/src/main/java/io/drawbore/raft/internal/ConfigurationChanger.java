package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeV2;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Works out the configuration that follows from a change (Raft thesis 4.1: one voter at a time; 4.3: any number through
 * a joint configuration). It changes nothing that it was given: a change that does not fit leaves no trace.
 */
public final class ConfigurationChanger {
    private final Configuration before;
    private final Supplier<Progress> newcomer;
    private final Map<Long, Progress> progress;
    private IdSet incoming;
    private IdSet outgoing;
    private IdSet learners;
    private IdSet learnersNext;

    /**
     * What follows.
     *
     * @param configuration the configuration
     * @param progress one progress for each of its members; that of members who were there before is the same object
     */
    public record Changed(Configuration configuration, ProgressMap progress) {
    }

    /**
     * For one change.
     *
     * @param before the configuration in effect
     * @param progress the progress of its members
     * @param newcomer makes the progress of a member that is added
     */
    public ConfigurationChanger(Configuration before, ProgressMap progress, Supplier<Progress> newcomer) {
        this.before = before;
        this.newcomer = newcomer;
        this.progress = progress.toMap();
        incoming = before.incoming();
        outgoing = before.outgoing();
        learners = before.learners();
        learnersNext = before.learnersNext();
    }

    /** The configuration that was recorded, with fresh progress for all. */
    public static Changed restore(Configuration recorded, Supplier<Progress> newcomer) {
        ConfigurationChanger changer = new ConfigurationChanger(recorded, ProgressMap.EMPTY, newcomer);
        for (long id : recorded.members().toList()) {
            changer.progress.put(id, newcomer.get());
        }
        return changer.changed(recorded.autoLeave());
    }

    /** What follows from a change as it stands in the log. */
    public Changed apply(ConfChangeV2 change) {
        if (ConfChanges.leavesJoint(change)) {
            return leaveJoint();
        }
        if (ConfChanges.entersJoint(change)) {
            return enterJoint(ConfChanges.autoLeaves(change), change.getChangesList());
        }
        return simple(change.getChangesList());
    }

    /** Changes at most one voter, and any number of learners. */
    public Changed simple(List<ConfChangeSingle> changes) {
        refuse(before.joint(), "can't apply simple config change in joint config");
        changes.forEach(this::change);
        refuse(incoming.isEmpty(), "removed all voters");
        // Only then have every majority of before and every majority of after a voter in common.
        refuse(before.incoming().symmetricDifference(incoming) > 1,
                "more than one voter changed without entering joint config");
        return changed(false);
    }

    /** Keeps the voters as the outgoing half and changes the incoming one. */
    public Changed enterJoint(boolean autoLeave, List<ConfChangeSingle> changes) {
        refuse(before.joint(), "config is already joint");
        refuse(incoming.isEmpty(), "can't make a zero-voter config joint");
        outgoing = incoming;
        changes.forEach(this::change);
        refuse(incoming.isEmpty(), "removed all voters");
        return changed(autoLeave);
    }

    /** Lets go of the outgoing half; who waited to become a learner now is one. */
    public Changed leaveJoint() {
        refuse(!before.joint(), "can't leave a non-joint config");
        learners = learners.union(learnersNext);
        learnersNext = IdSet.EMPTY;
        for (long id : outgoing.toList()) {
            if (!incoming.contains(id) && !learners.contains(id)) {
                progress.remove(id);
            }
        }
        outgoing = IdSet.EMPTY;
        return changed(false);
    }

    private void change(ConfChangeSingle change) {
        long id = change.getNodeId();
        if (id == 0) {
            // A host that decided against a change when it applied it zeroes the id.
            return;
        }
        switch (change.getType()) {
            case ConfChangeAddNode -> makeVoter(id);
            case ConfChangeAddLearnerNode -> makeLearner(id);
            case ConfChangeRemoveNode -> remove(id);
            case ConfChangeUpdateNode -> {
                // Carries news for the host; nothing changes here.
            }
        }
    }

    private void makeVoter(long id) {
        progress.computeIfAbsent(id, absent -> newcomer.get());
        learners = learners.without(id);
        learnersNext = learnersNext.without(id);
        incoming = incoming.with(id);
    }

    private void makeLearner(long id) {
        if (learners.contains(id)) {
            return;
        }
        Progress kept = progress.computeIfAbsent(id, absent -> newcomer.get());
        remove(id);
        progress.put(id, kept);
        if (outgoing.contains(id)) {
            learnersNext = learnersNext.with(id);
        } else {
            learners = learners.with(id);
        }
    }

    private void remove(long id) {
        incoming = incoming.without(id);
        learners = learners.without(id);
        learnersNext = learnersNext.without(id);
        if (!outgoing.contains(id)) {
            progress.remove(id);
        }
    }

    private Changed changed(boolean autoLeave) {
        Configuration after = new Configuration(
                new JointQuorum(new MajorityQuorum(incoming), new MajorityQuorum(outgoing)),
                learners, learnersNext, autoLeave);
        after.check();
        return new Changed(after, new ProgressMap(progress));
    }

    private static void refuse(boolean broken, String message) {
        if (broken) {
            throw new ConfChangeException(message);
        }
    }
}
