package io.drawbore.raft.transcript;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.ConfChange;
import io.drawbore.proto.raftpb.ConfChangeSingle;
import io.drawbore.proto.raftpb.ConfChangeTransition;
import io.drawbore.proto.raftpb.ConfChangeV2;
import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.proto.raftpb.Snapshot;
import io.drawbore.proto.raftpb.SnapshotMetadata;
import io.drawbore.raft.LocalThreads;
import io.drawbore.raft.Peer;
import io.drawbore.raft.ProposalDroppedException;
import io.drawbore.raft.RaftConfig;
import io.drawbore.raft.RaftStatus;
import io.drawbore.raft.ReadOnlyMode;
import io.drawbore.raft.UnexpectedMessageException;
import io.drawbore.raft.transcript.EtcdRaftLogFormat.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers transcripts about members that talk to each other: a cluster in one thread, driven step by step. The commands
 * are those of etcd's transcripts, and a few of our own, so marked.
 */
final class InteractionTranscript implements Transcript {
    private final List<TestMember> members = new ArrayList<>();
    private List<Message> inFlight = new ArrayList<>();
    private final TranscriptOutput output = new TranscriptOutput();
    private final Moves moves;

    InteractionTranscript() {
        this(new Moves());
    }

    InteractionTranscript(Moves moves) {
        this.moves = moves;
    }

    @Override
    public String run(Directive directive) {
        output.clear();
        try {
            carryOut(directive);
        } catch (ProposalDroppedException | UnexpectedMessageException refused) {
            output.writeAlways(refused.getMessage());
        }
        members.forEach(TestMember::stepped);
        String text = output.text();
        return text.isEmpty() ? "ok\n" : text.endsWith("\n") ? text : text + "\n";
    }

    private void carryOut(Directive directive) {
        switch (directive.command()) {
            case "add-nodes" -> addNodes(directive);
            case "bootstrap-node" -> bootstrapNode(directive);
            case "campaign" -> member(directive).node.campaign();
            case "compact" -> {
                member(directive).storage.compact(directive.ids().get(1));
                output.write(member(directive).log());
            }
            case "deliver-msgs" -> deliver(directive);
            // Not etcd's: one message out of order, later, never or twice.
            case "delay-msg" -> take(directive, "delayed: ").ifPresent(inFlight::add);
            case "deliver-msg" -> take(directive, "").ifPresent(this::step);
            case "drop-msg" -> take(directive, "dropped: ");
            case "duplicate-msg" ->
                take(directive, "duplicated: ").ifPresent(message -> inFlight.addAll(List.of(message, message)));
            case "forget-leader" -> member(directive).node.forgetLeader();
            // Not etcd's: as set-randomized-election-timeout, but at every draw.
            case "hold-election-timeout" ->
                member(directive).holdElectionTimeout(Integer.parseInt(directive.value("timeout", "")));
            case "log-level" -> output.level(level(directive.arguments().getFirst().key()));
            case "process-append-thread" -> process(directive, "processing append thread",
                    TestMember::processAppendThread);
            case "process-apply-thread" -> process(directive, "processing apply thread",
                    TestMember::processApplyThread);
            case "process-ready" -> process(directive, "handling Ready", TestMember::processReady);
            case "propose" -> member(directive).node.propose(data(directive.arguments().get(1).key()));
            case "propose-conf-change" -> proposeConfChange(directive);
            case "raft-log" -> output.write(member(directive).log());
            case "raft-state" -> raftState();
            // Not etcd's.
            case "read-index" -> member(directive).node.readIndex(data(directive.arguments().get(1).key()));
            // Not etcd's.
            case "report-snapshot" -> member(directive).node.reportSnapshot(directive.ids().get(1),
                    directive.flag("delivered"));
            case "report-unreachable" -> member(directive).node.reportUnreachable(directive.ids().get(1));
            // Not etcd's.
            case "restart" -> restart(directive);
            case "send-snapshot" -> sendSnapshot(directive.ids().get(0), directive.ids().get(1));
            case "set-randomized-election-timeout" ->
                member(directive).electionTimeout(Integer.parseInt(directive.value("timeout", "")));
            case "stabilize" -> stabilize(directive);
            case "status" -> output.write(EtcdRaftText.progress(member(directive).node.status().progress()));
            case "tick-election" -> tick(directive, member(directive).config.electionTicks());
            case "tick-heartbeat" -> tick(directive, member(directive).config.heartbeatTicks());
            case "transfer-leadership" ->
                member(Long.parseLong(directive.value("from", ""))).node
                        .transferLeadership(Long.parseLong(directive.value("to", "")));
            default -> throw new IllegalArgumentException(directive.command());
        }
    }

    /** The members, by id from 1 on. */
    List<TestMember> members() {
        return Collections.unmodifiableList(members);
    }

    /** The messages on their way. */
    List<Message> inFlight() {
        return Collections.unmodifiableList(inFlight);
    }

    private TestMember member(Directive directive) {
        return member(Long.parseLong(directive.arguments().getFirst().key()));
    }

    private TestMember member(long id) {
        return members.get((int) id - 1);
    }

    private static ByteString data(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static Level level(String name) {
        return Level.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private void addNodes(Directive directive) {
        ConfState.Builder confState = ConfState.newBuilder();
        directive.values("voters").forEach(id -> confState.addVoters(Long.parseLong(id)));
        directive.values("learners").forEach(id -> confState.addLearners(Long.parseLong(id)));
        long index = Long.parseLong(directive.value("index", "0"));
        SnapshotMetadata.Builder metadata = SnapshotMetadata.newBuilder().setConfState(confState);
        if (index > 0) {
            metadata.setIndex(index).setTerm(1);
        }
        Snapshot snapshot = Snapshot.newBuilder().setMetadata(metadata)
                .setData(data(directive.value("content", ""))).build();
        for (long i = directive.ids().getFirst(); i > 0; i--) {
            long id = members.size() + 1;
            members.add(new TestMember(config(id, index, directive), snapshot, output, moves));
        }
    }

    /** Not etcd's: a member of a brand-new cluster. */
    private void bootstrapNode(Directive directive) {
        TestMember member =
                new TestMember(config(members.size() + 1, 0, directive), Snapshot.getDefaultInstance(), output, moves);
        members.add(member);
        member.node.bootstrap(directive.values("peers").stream()
                .map(id -> new Peer(Long.parseLong(id), data("peer-" + id))).toList());
    }

    private static RaftConfig.Builder config(long id, long applied, Directive directive) {
        return RaftConfig.builder(id, new ScriptedRandom(id))
                .electionTicks(3)
                .heartbeatTicks(1)
                .applied(applied)
                .asyncStorageWrites(directive.flag("async-storage-writes"))
                .maxSizePerMessage(Long.parseLong(directive.value("max-size-per-message", "" + Long.MAX_VALUE)))
                .maxInflightMessages(Integer.parseInt(directive.value("inflight", "" + Integer.MAX_VALUE)))
                .maxInflightBytes(Long.parseLong(directive.value("max-inflight-bytes", "0")))
                .maxCommittedSizePerReady(Long.parseLong(directive.value("max-committed-size-per-ready", "0")))
                .maxUncommittedSize(Long.parseLong(directive.value("max-uncommitted-size", "0")))
                .maxInflightBytes(Long.parseLong(directive.value("max-inflight-bytes", "0")))
                .forwardProposals(!directive.flag("disable-proposal-forwarding"))
                .preVote(directive.flag("prevote"))
                .checkQuorum(directive.flag("checkquorum"))
                .validateConfChanges(!directive.flag("disable-conf-change-validation"))
                .stepDownOnRemoval(directive.flag("step-down-on-removal"))
                .readOnly(directive.value("read-only", "safe").equals("safe")
                        ? ReadOnlyMode.SAFE : ReadOnlyMode.LEASE_BASED);
    }

    /** Not etcd's: a member crashes and comes back with what it has persisted and applied. */
    private void restart(Directive directive) {
        TestMember old = member(directive);
        // What was on its way between it and its own disk is lost with it.
        inFlight.removeIf(message -> message.getTo() == old.config.id() && local(message));
        members.set((int) old.config.id() - 1, old.restarted(Long.parseLong(directive.value("applied", "0"))));
    }

    private void process(Directive directive, String what, Function<TestMember, List<Message>> work) {
        for (long id : directive.ids()) {
            if (directive.ids().size() > 1) {
                output.write("> " + id + " " + what + "\n");
                output.indented(() -> inFlight.addAll(work.apply(member(id))));
            } else {
                inFlight.addAll(work.apply(member(id)));
            }
        }
    }

    private void deliver(Directive directive) {
        String type = directive.value("type", "");
        MessageType only = type.isEmpty() ? null : MessageType.valueOf(type);
        int delivered = 0;
        for (long id : directive.ids()) {
            delivered += deliver(id, only, false);
        }
        for (String id : directive.values("drop")) {
            delivered += deliver(Long.parseLong(id), only, true);
        }
        if (delivered == 0) {
            output.write("no messages\n");
        }
    }

    private int deliver(long to, @Nullable MessageType only, boolean drop) {
        List<Message> messages = new ArrayList<>();
        List<Message> rest = new ArrayList<>();
        for (Message message : inFlight) {
            boolean chosen = message.getTo() == to && (only == null || message.getType() == only)
                    && !(drop && local(message));
            (chosen ? messages : rest).add(message);
        }
        inFlight = rest;
        for (Message message : messages) {
            output.write((drop ? "dropped: " : "") + EtcdRaftText.message(message) + "\n");
            if (!drop) {
                step(message);
            }
        }
        return messages.size();
    }

    /** Takes one of the messages to members that exist out of the line; the choice wraps around. */
    private Optional<Message> take(Directive directive, String prefix) {
        int[] places = IntStream.range(0, inFlight.size())
                .filter(place -> memberExists(inFlight.get(place).getTo()) && !local(inFlight.get(place))).toArray();
        if (places.length == 0) {
            output.write("no messages\n");
            return Optional.empty();
        }
        Message taken = inFlight.remove(places[(int) (directive.ids().getFirst() % places.length)]);
        output.write(prefix + EtcdRaftText.message(taken) + "\n");
        return Optional.of(taken);
    }

    private boolean memberExists(long id) {
        return id > 0 && id <= members.size();
    }

    /** What a member tells itself, or its own threads tell it, cannot get lost. */
    private static boolean local(Message message) {
        return message.getFrom() == message.getTo() || LocalThreads.has(message.getFrom());
    }

    private void step(Message message) {
        try {
            member(message.getTo()).node.step(message);
        } catch (ProposalDroppedException | UnexpectedMessageException refused) {
            output.write(refused.getMessage() + "\n");
        }
        member(message.getTo()).stepped();
    }

    private void stabilize(Directive directive) {
        Level before = output.level();
        String during = directive.value("log-level", "");
        if (!during.isEmpty()) {
            output.level(level(during));
        }
        List<TestMember> chosen = directive.ids().isEmpty()
                ? List.copyOf(members)
                : directive.ids().stream().map(this::member).toList();
        boolean more = true;
        while (more) {
            more = false;
            for (TestMember member : chosen) {
                if (member.node.hasReady()) {
                    output.write("> " + member.config.id() + " handling Ready\n");
                    output.indented(() -> inFlight.addAll(member.processReady()));
                    more = true;
                }
            }
            for (TestMember member : chosen) {
                long id = member.config.id();
                if (inFlight.stream().anyMatch(message -> message.getTo() == id)) {
                    output.write("> " + id + " receiving messages\n");
                    output.indented(() -> deliver(id, null, false));
                    more = true;
                }
            }
            for (TestMember member : chosen) {
                more |= workOff(member, "append", member::hasAppendWork, member::processAppendThread);
            }
            for (TestMember member : chosen) {
                more |= workOff(member, "apply", member::hasApplyWork, member::processApplyThread);
            }
        }
        output.level(before);
    }

    private boolean workOff(
            TestMember member, String thread, BooleanSupplier hasWork, Supplier<List<Message>> process) {
        if (!hasWork.getAsBoolean()) {
            return false;
        }
        output.write("> " + member.config.id() + " processing " + thread + " thread\n");
        while (hasWork.getAsBoolean()) {
            output.indented(() -> inFlight.addAll(process.get()));
        }
        return true;
    }

    private void proposeConfChange(Directive directive) {
        List<ConfChangeSingle> changes = EtcdRaftText.parseChanges(directive.input());
        if (directive.flag("v1")) {
            member(directive).node.proposeConfChange(ConfChange.newBuilder()
                    .setType(changes.getFirst().getType())
                    .setNodeId(changes.getFirst().getNodeId())
                    .build());
            return;
        }
        member(directive).node.proposeConfChange(ConfChangeV2.newBuilder()
                .setTransition(switch (directive.value("transition", "auto")) {
                    case "implicit" -> ConfChangeTransition.ConfChangeTransitionJointImplicit;
                    case "explicit" -> ConfChangeTransition.ConfChangeTransitionJointExplicit;
                    default -> ConfChangeTransition.ConfChangeTransitionAuto;
                })
                .addAllChanges(changes)
                .build());
    }

    private void raftState() {
        for (TestMember member : members) {
            RaftStatus status = member.node.status();
            boolean voter = status.confState().getVotersList().contains(status.id())
                    || status.confState().getVotersOutgoingList().contains(status.id());
            output.write("%d: %s %s Term:%d Lead:%d\n".formatted(status.id(),
                    EtcdRaftText.role(status.softState().role()), voter ? "(Voter)" : "(Non-Voter)",
                    status.hardState().getTerm(), status.softState().lead()));
        }
    }

    private void sendSnapshot(long from, long to) {
        Message message = Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setTerm(member(from).node.status().hardState().getTerm())
                .setFrom(from)
                .setTo(to)
                .setSnapshot(member(from).newestSnapshot())
                .build();
        inFlight.add(message);
        output.write(EtcdRaftText.message(message));
    }

    private void tick(Directive directive, int ticks) {
        for (int i = 0; i < ticks; i++) {
            member(directive).node.tick();
        }
    }
}
