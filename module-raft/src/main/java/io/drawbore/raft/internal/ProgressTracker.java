package io.drawbore.raft.internal;

import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.raft.RaftStatus.MemberProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The configuration in effect and the progress of its members. Owned by one core. */
public final class ProgressTracker {
    private final int maxInflightMessages;
    private final long maxInflightBytes;
    private Configuration configuration = Configuration.EMPTY;
    private ProgressMap progress = ProgressMap.EMPTY;

    /** Nobody yet; the limits are those of {@link Inflights}. */
    public ProgressTracker(int maxInflightMessages, long maxInflightBytes) {
        this.maxInflightMessages = maxInflightMessages;
        this.maxInflightBytes = maxInflightBytes;
    }

    /** Who belongs to the cluster. */
    public Configuration configuration() {
        return configuration;
    }

    /** How far each of them is. */
    public ProgressMap progress() {
        return progress;
    }

    /** The progress of a member, null for a stranger. */
    @Nullable Progress get(long id) {
        return progress.get(id);
    }

    /** A change to the configuration in effect, to be worked out. */
    public ConfigurationChanger changer(long lastIndex) {
        return new ConfigurationChanger(configuration, progress, newcomer(lastIndex));
    }

    /** Puts what a change led to into effect. */
    public void switchTo(ConfigurationChanger.Changed changed) {
        configuration = changed.configuration();
        progress = changed.progress();
    }

    void apply(ConfChangeV2 change, long lastIndex) {
        switchTo(changer(lastIndex).apply(change));
    }

    void restore(ConfState recorded, long lastIndex) {
        switchTo(ConfigurationChanger.restore(Configuration.of(recorded), newcomer(lastIndex)));
    }

    /** A leader's term begins. */
    void reset(long self, long lastIndex) {
        for (int place = 0; place < progress.size(); place++) {
            progress.at(place).reset(lastIndex, progress.id(place) == self);
        }
    }

    /** The highest index that a quorum has acknowledged. */
    long committedIndex() {
        return configuration.voters().committedIndex(progress.matches());
    }

    /** Whether a quorum was heard from within the last election timeout. */
    boolean quorumActive() {
        return configuration.voters().voteResult(id -> {
            Progress voter = progress.get(id);
            return voter != null && voter.recentlyActive() ? Votes.Vote.GRANTED : Votes.Vote.REJECTED;
        }) == VoteResult.WON;
    }

    /** One row a member. */
    public List<MemberProgress> rows() {
        List<MemberProgress> rows = new ArrayList<>();
        for (int place = 0; place < progress.size(); place++) {
            rows.add(row(progress.id(place), progress.at(place)));
        }
        return List.copyOf(rows);
    }

    /** The row of one member. */
    public MemberProgress row(long id, Progress member) {
        return new MemberProgress(id, member.match(), member.next(), member.state(),
                configuration.learners().contains(id), member.paused(), member.pendingSnapshot(),
                member.recentlyActive(), member.inflights().count(), member.inflights().full());
    }

    // A newcomer counts as active: otherwise check-quorum might end the term before it could say anything. Probing
    // begins at the end of the log: the first answer tells where the newcomer's own ends.
    private Supplier<Progress> newcomer(long lastIndex) {
        return () -> new Progress(Math.max(lastIndex, 1), true, new Inflights(maxInflightMessages, maxInflightBytes));
    }
}
