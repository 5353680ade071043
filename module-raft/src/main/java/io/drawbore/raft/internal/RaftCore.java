package io.drawbore.raft.internal;

import io.drawbore.api.InvariantException;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Entry;
import io.drawbore.proto.raftpb.HardState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftEvent;
import io.drawbore.raft.RaftEvent.At;
import io.drawbore.raft.RaftEvent.ConfigurationSwitched;
import io.drawbore.raft.RaftEvent.ElectionRefused;
import io.drawbore.raft.RaftEvent.ElectionStarted;
import io.drawbore.raft.RaftEvent.PastAppendIgnored;
import io.drawbore.raft.RaftEvent.RoleTaken;
import io.drawbore.raft.RaftEvent.Started;
import io.drawbore.raft.RaftRole;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.RaftStorage;
import io.drawbore.raft.SoftState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member's part in raft: its term, its vote, the leader it knows, its log, its configuration and its role. It owns
 * all of these; the role classes act on it. One thread uses it. {@link Elections} holds the rules about terms and
 * votes.
 */
public final class RaftCore {
    static final long NOBODY = 0;
    private static final int NOT_DRAWN = 0;

    private final RaftConfig config;
    private final RaftLog log;
    private final ProgressTracker tracker;
    private final Outbox outbox = new Outbox();
    private final Elections elections = new Elections(this);
    private long term;
    private long vote;
    private long lead;
    // Reads that came in before this member, leading, had committed anything in its term. They outlive its leadership:
    // should it lead again, the index it answers with then is only a later one.
    private List<Message> waitingReads = new ArrayList<>();
    private Role role;
    private int electionElapsed;
    private int electionTimeout;

    /** A member restarted from what its storage holds. */
    public RaftCore(RaftConfig config, RaftStorage storage) {
        this.config = config;
        log = new RaftLog(storage, config.events(), config.maxCommittedSizePerReady(), !config.asyncStorageWrites());
        tracker = new ProgressTracker(config.maxInflightMessages(), config.maxInflightBytes());
        role = new Follower(this);
        RaftStorage.InitialState initial = storage.initialState();
        tracker.restore(initial.confState(), log.lastIndex());
        tell(new ConfigurationSwitched(confState()));
        HardState recorded = initial.hardState();
        if (!recorded.equals(HardState.getDefaultInstance())) {
            term = recorded.getTerm();
            vote = recorded.getVote();
        }
        log.restore(recorded.getCommit(), config.applied());
        becomeFollower(term, NOBODY);
        tell(new Started(confState(), term, log.committed(), log.applied(), log.last()));
    }

    /** One tick of the host's time passed. */
    public void tick() {
        role.tick();
    }

    /** Proposes entries, of which type and data are set. */
    public void propose(List<Entry> entries) {
        role.propose(id(), entries);
    }

    /** Takes a message from another member, or from this one. */
    public void step(Message message) {
        if (!elections.ofThisTerm(message)) {
            return;
        }
        switch (message.getType()) {
            case MsgVote, MsgPreVote -> elections.answer(message);
            case MsgProp -> role.propose(message.getFrom(), message.getEntriesList());
            default -> role.step(message);
        }
    }

    /** Starts an election unless there is a reason not to; first asks whether it could be won, if so configured. */
    public void campaign() {
        if (mayCampaign()) {
            campaign(config.preVote() ? Campaign.PRE_VOTE : Campaign.VOTE);
        }
    }

    /** Starts an election since the leader hands over to this member: nobody needs to be asked first. */
    void campaignForTransfer() {
        if (mayCampaign()) {
            campaign(Campaign.TRANSFER);
        }
    }

    private boolean mayCampaign() {
        if (role.name() == RaftRole.LEADER) {
            tell(new ElectionRefused(ElectionRefused.Refusal.ALREADY_LEADER, term));
        } else if (!promotable()) {
            tell(new ElectionRefused(ElectionRefused.Refusal.NOT_PROMOTABLE, term));
        } else if (log.anyUnapplied(entry -> ConfChanges.of(entry) != null)) {
            // The change may add voters: electing by the old ones could make two leaders (Raft thesis 4.1; transcript
            // single_voter_bootstrap).
            tell(new ElectionRefused(ElectionRefused.Refusal.UNAPPLIED_CONF_CHANGE, term));
        } else {
            tell(new ElectionStarted(term));
            return true;
        }
        return false;
    }

    void campaign(Campaign kind) {
        if (kind == Campaign.PRE_VOTE) {
            lead = NOBODY;
        } else {
            reset(term + 1);
            vote = id();
        }
        take(new Candidate(this, kind == Campaign.PRE_VOTE));
        elections.requestVotes(kind);
    }

    void becomeFollower(long newTerm, long leader) {
        reset(newTerm);
        lead = leader;
        take(new Follower(this));
    }

    void becomeLeader() {
        InvariantException.check(role.name() == RaftRole.CANDIDATE, "a " + role.name() + " wins an election");
        reset(term);
        lead = id();
        Leader leader = new Leader(this);
        role = leader;
        leader.begin();
        tell(new RoleTaken(RaftRole.LEADER, term));
        leader.replicate();
    }

    private void take(Role next) {
        role = next;
        tell(new RoleTaken(next.name(), term));
    }

    private void reset(long newTerm) {
        if (term != newTerm) {
            term = newTerm;
            vote = NOBODY;
        }
        lead = NOBODY;
        electionElapsed = 0;
        electionTimeout = NOT_DRAWN;
    }

    /** Whether this member may lead: it votes, and is not about to get a new log. */
    boolean promotable() {
        return tracker.get(id()) != null && !tracker.configuration().learners().contains(id())
                && !log.snapshotPending();
    }

    /** Puts a committed configuration change into effect. */
    public ConfState apply(ConfChangeV2 change) {
        try {
            tracker.apply(change, log.lastIndex());
        } catch (ConfChangeException misfit) {
            throw new InvariantException("a committed configuration change does not fit " + tracker.configuration()
                    + ": " + misfit.getMessage());
        }
        return configurationSwitched();
    }

    /** A recorded configuration takes effect. */
    void restoreConfiguration(ConfState recorded) {
        tracker.restore(recorded, log.lastIndex());
        configurationSwitched();
    }

    private ConfState configurationSwitched() {
        ConfState confState = confState();
        tell(new ConfigurationSwitched(confState));
        role.configurationSwitched();
        return confState;
    }

    /**
     * A write is durable.
     *
     * <p>For its entries that counts only in the term that asked for it. In a later one another leader may have
     * replaced them, by a write still under way, and yet another put the first ones back: then the entries in memory
     * are those that were written, and still the storage is about to lose them for a while. The first request of the
     * new term is answered after all of those writes (transcript async_storage_writes_append_aba_race). A snapshot is
     * of committed entries, which nobody replaces.
     *
     * @param asOfTerm the term that asked for it
     * @param last the last entry that is durable with it, null if it was not about entries
     * @param snapshot the snapshot that was installed with it, the default instance if none was
     */
    public void appended(long asOfTerm, @Nullable At last, Snapshot snapshot) {
        if (last != null && asOfTerm == term) {
            log.stableTo(last.term(), last.index());
        } else if (last != null) {
            tell(new PastAppendIgnored(asOfTerm, term));
        }
        long installed = snapshot.getMetadata().getIndex();
        if (installed != 0) {
            log.stableSnapshotTo(installed);
            appliedTo(installed, 0, 0);
        }
    }

    /** Entries were applied: all that were handed out together. */
    public void applied(List<Entry> entries) {
        if (!entries.isEmpty()) {
            appliedTo(entries.getLast().getIndex(), EntrySizes.encoded(entries), EntrySizes.payload(entries));
        }
    }

    private void appliedTo(long index, long size, long payload) {
        log.appliedTo(Math.max(index, log.applied()), size);
        role.applied(payload);
    }

    /** The first entries of a brand-new cluster: committed before anybody leads. */
    public void begin(List<Entry> entries, List<ConfChangeV2> changes) {
        becomeFollower(1, NOBODY);
        log.append(entries);
        log.commitFirst(entries.size());
        changes.forEach(this::apply);
    }

    void send(Message.Builder message) {
        MessageType type = message.getType();
        if (message.getFrom() == NOBODY) {
            message.setFrom(id());
        }
        switch (type) {
            case MsgVote, MsgPreVote -> outbox.send(message.build());
            case MsgVoteResp, MsgPreVoteResp -> outbox.promise(message.build());
            case MsgAppResp -> outbox.promise(message.setTerm(term).build());
            // What is forwarded is of no term: the leader takes it at whatever term it has by then.
            case MsgProp, MsgReadIndex -> outbox.send(message.clearTerm().build());
            default -> outbox.send(message.setTerm(term).build());
        }
    }

    void tell(RaftEvent event) {
        config.events().on(event);
    }

    boolean electionTimeoutPassed() {
        electionElapsed++;
        if (electionElapsed < config.electionTicks()) {
            return false;
        }
        if (electionTimeout == NOT_DRAWN) {
            // Anew for every role and term: members that split a vote are unlikely to do so again (Raft thesis 3.4).
            electionTimeout = config.electionTicks() + config.random().nextInt(config.electionTicks());
        }
        if (electionElapsed < electionTimeout || !promotable()) {
            return false;
        }
        electionElapsed = 0;
        return true;
    }

    /** For a leader, which counts whole election timeouts. */
    boolean leaderTimeoutPassed() {
        electionElapsed++;
        if (electionElapsed < config.electionTicks()) {
            return false;
        }
        electionElapsed = 0;
        return true;
    }

    void restartElectionTimeout() {
        electionElapsed = 0;
    }

    int electionElapsed() {
        return electionElapsed;
    }

    void lead(long leader) {
        lead = leader;
    }

    void vote(long candidate) {
        vote = candidate;
    }

    /** This member. */
    public long id() {
        return config.id();
    }

    RaftConfig config() {
        return config;
    }

    /** The term. */
    public long term() {
        return term;
    }

    long vote() {
        return vote;
    }

    long lead() {
        return lead;
    }

    void readWaits(Message request) {
        waitingReads.add(request);
    }

    List<Message> takeWaitingReads() {
        List<Message> taken = waitingReads;
        if (!taken.isEmpty()) {
            waitingReads = new ArrayList<>();
        }
        return taken;
    }

    Role role() {
        return role;
    }

    ProgressTracker tracker() {
        return tracker;
    }

    /** The log. */
    public RaftLog log() {
        return log;
    }

    /** What is to be sent and answered. */
    public Outbox outbox() {
        return outbox;
    }

    /** Whether a member is known. */
    public boolean knows(long id) {
        return tracker.get(id) != null;
    }

    /** The configuration in effect. */
    public ConfState confState() {
        return tracker.configuration().toConfState();
    }

    /** Leader and role. */
    public SoftState softState() {
        return new SoftState(lead, role.name());
    }

    /** Whether leader and role are still these. */
    public boolean softStateIs(SoftState known) {
        return known.lead() == lead && known.role() == role.name();
    }

    /** Term, vote and commit. */
    public HardState hardState() {
        return HardState.newBuilder().setTerm(term).setVote(vote).setCommit(log.committed()).build();
    }

    /** Whether term, vote and commit are still these. */
    public boolean hardStateIs(HardState known) {
        return known.getTerm() == term && known.getVote() == vote && known.getCommit() == log.committed();
    }

    /** Whether term and vote, which must be synced, are still these. */
    public boolean votedAs(HardState known) {
        return known.getTerm() == term && known.getVote() == vote;
    }

    /** Everything about this member. */
    public RaftStatus status() {
        Leader leader = role instanceof Leader leading ? leading : null;
        return new RaftStatus(id(), hardState(), softState(), log.applied(), log.lastIndex(),
                leader == null ? NOBODY : leader.transferee(), confState(),
                leader == null ? List.of() : tracker.rows());
    }
}
