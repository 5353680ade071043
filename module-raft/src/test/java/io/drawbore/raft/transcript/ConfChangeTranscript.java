package io.drawbore.raft.transcript;

import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.raft.internal.ConfChangeException;
import io.drawbore.raft.internal.ConfigurationChanger;
import io.drawbore.raft.internal.ProgressTracker;
import java.util.List;

/** Answers etcd's transcripts about configuration changes: each directive changes the configuration, or is refused. */
final class ConfChangeTranscript implements Transcript {
    private final ProgressTracker tracker = new ProgressTracker(10, 0);
    private long lastIndex;

    @Override
    public String run(Directive directive) {
        List<ConfChangeSingle> changes = EtcdRaftText.parseChanges(directive.input());
        ConfigurationChanger changer = tracker.changer(lastIndex++);
        try {
            tracker.switchTo(switch (directive.command()) {
                case "simple" -> changer.simple(changes);
                case "enter-joint" -> changer.enterJoint(directive.flag("autoleave"), changes);
                case "leave-joint" -> changer.leaveJoint();
                default -> throw new IllegalArgumentException(directive.command());
            });
        } catch (ConfChangeException refused) {
            return refused.getMessage() + "\n";
        }
        return tracker.configuration() + "\n" + EtcdRaftText.progress(tracker.rows());
    }
}
