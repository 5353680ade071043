package io.drawbore.raft.transcript;

import io.drawbore.proto.raftpb.ConfState;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.raft.RaftRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Writes a stream of directives by chance and carries it out on our side meanwhile: what is possible and worth doing
 * next shows in our members. The same seed gives the same stream as long as our members behave the same.
 */
final class RandomStream {
    private static final int START_INDEX = 10;
    /** How much a stream likes an action: with less of one thing there is room for more of another. */
    private static final double[] LIKINGS = {0, 0.3, 1, 1, 3};

    /** What can be done next, and how often it is worth while. */
    private enum Action {
        READY(24), APPEND_THREAD(16), APPLY_THREAD(10), STABILIZE(4), STABILIZE_SOME(3),
        DELIVER(14), DELIVER_TYPE(3), DROP(3), DELIVER_ONE(10), DELAY_ONE(5), DUPLICATE_ONE(3), DROP_ONE(3),
        HEARTBEAT(8), ELECTION(4), CAMPAIGN(3), PROPOSE(12), CHANGE(3), READ(4), TRANSFER(2), FORGET(1),
        UNREACHABLE(1), REPORT_SNAPSHOT(1), COMPACT(2), SEND_SNAPSHOT(1), RESTART(2), SHOW(2);

        final int weight;

        Action(int weight) {
            this.weight = weight;
        }
    }

    private final SplittableRandom chance;
    private final InteractionTranscript cluster = new InteractionTranscript();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Action, Double> weights = new EnumMap<>(Action.class);
    // A single voter of ours reads only what it committed itself: etcd's does so at once.
    private final boolean reads;
    private final boolean async;
    private int names;

    private RandomStream(long seed) {
        chance = new SplittableRandom(seed);
        reads = chance.nextBoolean();
        async = oneIn(3);
        for (Action action : Action.values()) {
            weights.put(action, action.weight * (action == Action.READY ? 1 : LIKINGS[chance.nextInt(LIKINGS.length)]));
        }
    }

    /** A stream with our outputs; it ends early where a member of ours stops. */
    static List<Step> write(long seed) {
        RandomStream stream = new RandomStream(seed);
        stream.write();
        return stream.steps;
    }

    private void write() {
        addMembers();
        if (chance.nextInt(3) > 0) {
            run("campaign " + id());
            run("stabilize");
        }
        for (int more = 20 + chance.nextInt(130); more > 0; more--) {
            act(drawn());
        }
        run("stabilize");
        run("raft-state");
        for (long id = 1; id <= cluster.members().size(); id++) {
            run("status " + id);
            run("raft-log " + id);
        }
    }

    private void run(String command) {
        run(command, "");
    }

    private void run(String command, String input) {
        if (steps.isEmpty() || !steps.getLast().ends()) {
            steps.add(Step.run(cluster, command, input));
        }
    }

    private boolean oneIn(int times) {
        return chance.nextInt(times) == 0;
    }

    private void addMembers() {
        int voters = reads ? 2 + chance.nextInt(4) : 1 + chance.nextInt(5);
        int learners = oneIn(3) ? 1 + chance.nextInt(2) : 0;
        int spare = oneIn(2) ? 1 + chance.nextInt(2) : 0;
        String start = " voters=" + ids(1, voters)
                + (learners == 0 ? "" : " learners=" + ids(voters + 1, voters + learners)) + " index=" + START_INDEX;
        String options = options();
        if (oneIn(8)) {
            for (int i = 0; i < voters; i++) {
                run("bootstrap-node peers=" + ids(1, voters) + options);
            }
            learners = 0;
        } else if (oneIn(4)) {
            for (int i = 0; i < voters + learners; i++) {
                run("add-nodes 1" + start + options());
            }
        } else {
            run("add-nodes " + (voters + learners) + start + options);
        }
        if (spare > 0) {
            run("add-nodes " + spare + options);
        }
        for (int i = 1; i <= voters + learners + spare; i++) {
            run("hold-election-timeout " + i + " timeout=" + (3 + chance.nextInt(3)));
        }
    }

    private static String ids(int first, int last) {
        return LongStream.rangeClosed(first, last).mapToObj(Long::toString).collect(Collectors.joining(",", "(", ")"));
    }

    private String options() {
        StringBuilder options = new StringBuilder();
        boolean checkQuorum = oneIn(2);
        flag(options, "async-storage-writes", async);
        flag(options, "prevote", oneIn(2));
        flag(options, "checkquorum", checkQuorum);
        flag(options, "step-down-on-removal", oneIn(2));
        flag(options, "disable-proposal-forwarding", oneIn(10));
        flag(options, "disable-conf-change-validation", oneIn(25));
        if (checkQuorum && oneIn(3)) {
            options.append(" read-only=lease-based");
        }
        limit(options, "inflight", 2, 4);
        limit(options, "max-committed-size-per-ready", 3, 150);
        limit(options, "max-uncommitted-size", 4, 200);
        if (oneIn(3)) {
            int size = 1 + chance.nextInt(120);
            options.append(" max-size-per-message=").append(size);
            if (oneIn(2)) {
                options.append(" max-inflight-bytes=").append(size + chance.nextInt(100));
            }
        }
        return options.toString();
    }

    private static void flag(StringBuilder options, String name, boolean on) {
        if (on) {
            options.append(' ').append(name).append("=true");
        }
    }

    private void limit(StringBuilder options, String name, int oneIn, int upTo) {
        if (oneIn(oneIn)) {
            options.append(' ').append(name).append('=').append(1 + chance.nextInt(upTo));
        }
    }

    private Action drawn() {
        double left = chance.nextDouble(weights.values().stream().mapToDouble(Double::doubleValue).sum());
        for (Map.Entry<Action, Double> weight : weights.entrySet()) {
            left -= weight.getValue();
            if (left < 0) {
                return weight.getKey();
            }
        }
        return Action.READY;
    }

    private void act(Action action) {
        switch (action) {
            case READY -> forOne(member -> member.node.hasReady(), "process-ready ");
            case APPEND_THREAD -> forOne(TestMember::hasAppendWork, "process-append-thread ");
            case APPLY_THREAD -> forOne(TestMember::hasApplyWork, "process-apply-thread ");
            case STABILIZE -> run("stabilize");
            case STABILIZE_SOME -> run("stabilize " + id() + (oneIn(2) ? "" : " " + id()));
            case DELIVER -> forOne(this::isSentSomething, "deliver-msgs ");
            case DELIVER_TYPE -> deliverType();
            case DROP -> run("deliver-msgs drop=(" + id() + ")");
            case DELIVER_ONE -> ofMessages("deliver-msg ");
            case DELAY_ONE -> ofMessages("delay-msg ");
            case DUPLICATE_ONE -> ofMessages("duplicate-msg ");
            case DROP_ONE -> ofMessages("drop-msg ");
            case HEARTBEAT -> run("tick-heartbeat " + leaderOrAny());
            case ELECTION -> run("tick-election " + id());
            case CAMPAIGN -> run("campaign " + id());
            case PROPOSE -> run("propose " + leaderOrAny() + " " + name("p") + "x".repeat(chance.nextInt(40)));
            case CHANGE -> change();
            case READ -> {
                if (reads) {
                    run("read-index " + leaderOrAny() + " " + name("r"));
                }
            }
            case TRANSFER -> run("transfer-leadership from=" + leaderOrAny() + " to=" + id());
            case FORGET -> run("forget-leader " + id());
            case UNREACHABLE -> run("report-unreachable " + leaderOrAny() + " " + id());
            case REPORT_SNAPSHOT ->
                run("report-snapshot " + leaderOrAny() + " " + id() + " delivered=" + oneIn(2));
            case COMPACT -> compact(any());
            case SEND_SNAPSHOT -> sendSnapshot();
            case RESTART -> restart(any());
            case SHOW -> show();
        }
    }

    private TestMember any() {
        return cluster.members().get(chance.nextInt(cluster.members().size()));
    }

    private long id() {
        return any().config.id();
    }

    private String name(String prefix) {
        return prefix + ++names;
    }

    private boolean leads(TestMember member) {
        return member.node.status().softState().role() == RaftRole.LEADER;
    }

    private TestMember leaderOrAnyMember() {
        return oneIn(4) ? any() : cluster.members().stream().filter(this::leads)
                .max(Comparator.comparingLong(member -> member.node.status().hardState().getTerm()))
                .orElseGet(this::any);
    }

    private long leaderOrAny() {
        return leaderOrAnyMember().config.id();
    }

    private void forOne(Predicate<TestMember> condition, String command) {
        List<TestMember> choice = cluster.members().stream().filter(condition).toList();
        if (!choice.isEmpty()) {
            run(command + choice.get(chance.nextInt(choice.size())).config.id());
        }
    }

    private boolean isSentSomething(TestMember member) {
        return cluster.inFlight().stream().anyMatch(message -> message.getTo() == member.config.id());
    }

    private void ofMessages(String command) {
        int messages = cluster.inFlight().size();
        if (messages > 0) {
            run(command + chance.nextInt(messages));
        }
    }

    private void deliverType() {
        List<Message> messages = cluster.inFlight().stream()
                .filter(message -> message.getTo() <= cluster.members().size()).toList();
        if (!messages.isEmpty()) {
            Message message = messages.get(chance.nextInt(messages.size()));
            run("deliver-msgs " + (oneIn(3) ? "drop=(" + message.getTo() + ")" : message.getTo())
                    + " type=" + message.getType());
        }
    }

    private void change() {
        TestMember member = leaderOrAnyMember();
        ConfState now = member.node.status().confState();
        String command = "propose-conf-change " + member.config.id();
        if (now.getVotersOutgoingCount() > 0 && !oneIn(4)) {
            run(command);
            return;
        }
        Set<Long> voters = new HashSet<>(now.getVotersList());
        List<String> changes = new ArrayList<>();
        for (int more = oneIn(2) ? 1 : 1 + chance.nextInt(3); more > 0; more--) {
            changes.add(change(id(), voters));
        }
        if (voters.size() < (reads ? 2 : 1)) {
            return;
        }
        boolean old = changes.size() == 1 && oneIn(2);
        String transition = oneIn(2) ? "" : oneIn(2) ? " transition=explicit" : " transition=implicit";
        run(command + (old ? " v1=true" : transition), String.join(" ", changes) + "\n");
    }

    private String change(long id, Set<Long> voters) {
        if (oneIn(12)) {
            return "u" + id;
        }
        if (oneIn(2)) {
            voters.add(id);
            return "v" + id;
        }
        voters.remove(id);
        return (oneIn(2) ? "l" : "r") + id;
    }

    private void compact(TestMember member) {
        long first = member.storage.firstIndex();
        long last = Math.min(member.storage.lastIndex(), Math.min(member.node.status().applied(),
                member.newestSnapshot().getMetadata().getIndex()));
        if (first <= last) {
            run("compact " + member.config.id() + " " + (first + chance.nextLong(last - first + 1)));
        }
    }

    private void sendSnapshot() {
        TestMember member = leaderOrAnyMember();
        long to = id();
        if (leads(member) && to != member.config.id()) {
            run("send-snapshot " + member.config.id() + " " + to);
        }
    }

    private void restart(TestMember member) {
        long first = member.storage.firstIndex() - 1;
        long last = Math.max(first, Math.min(member.newestSnapshot().getMetadata().getIndex(),
                member.storage.initialState().hardState().getCommit()));
        long applied = oneIn(4) ? first + chance.nextLong(last - first + 1) : last;
        run("restart " + member.config.id() + " applied=" + applied);
    }

    private void show() {
        run(switch (chance.nextInt(3)) {
            case 0 -> "raft-state";
            case 1 -> "status " + leaderOrAny();
            default -> "raft-log " + id();
        });
    }
}
