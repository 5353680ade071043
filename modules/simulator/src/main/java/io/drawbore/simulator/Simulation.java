package io.drawbore.simulator;

import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.HashKVRequest;
import io.drawbore.proto.etcdserverpb.HashKVResponse;
import io.drawbore.proto.etcdserverpb.LeaseLeasesRequest;
import io.drawbore.proto.etcdserverpb.LeaseStatus;
import io.drawbore.proto.etcdserverpb.Member;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.server.MemberServer;
import io.drawbore.testkit.history.History;
import io.drawbore.testkit.history.HistoryJudge;
import io.drawbore.testkit.history.LinearizabilitySearch;
import io.drawbore.testkit.history.Violation;
import io.drawbore.testkit.simulation.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One run of a plan: the cluster is founded, the plan's steps happen, then all is healed and the cluster has to come to
 * one state within a bounded time, and at last the histories of its clients are judged. Used once.
 */
public final class Simulation {
    /** How long the cluster has after it was healed: three elections and two requests that time out. */
    private static final Duration MOST_RECOVERY = Duration.ofSeconds(60);

    private static final Duration AGAIN = Duration.ofSeconds(8);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int JUDGE_STEPS = 20_000;

    /** The length of {@code X.Y}. */
    private static final int MINOR = 3;

    private final Plan plan;
    private final SimulatedCluster cluster;
    private final Clients clients;
    private final Schedule schedule;
    private final Invariants invariants;
    private int machines;
    private boolean ended;

    private Simulation(Plan plan) {
        this.plan = plan;
        cluster = new SimulatedCluster(
                plan.seed(),
                plan.size(),
                options -> nextFlags().of(options).watchProgressInterval(Duration.ofSeconds(2)));
        clients = new Clients(cluster, new Wishes(plan.leases()));
        schedule = cluster.schedule();
        invariants = cluster.invariants();
    }

    /** Those of the next machine. */
    private MemberFlags nextFlags() {
        return plan.flags().get(machines++ % plan.flags().size());
    }

    /** Runs the plan of a seed. */
    public static Run run(long seed) {
        return run(Plan.of(seed));
    }

    /** Runs a plan. */
    public static Run run(Plan plan) {
        return new Simulation(plan).run();
    }

    private Run run() {
        boolean undecided = false;
        try {
            found();
            live();
            heal();
            judgeSnapshots();
            undecided = judge();
        } catch (RuntimeException e) {
            invariants.fail(e + " at " + List.of(e.getStackTrace()));
        }
        return new Run(
                invariants.broken(),
                cluster.trace().value(),
                Duration.ofNanos(schedule.now()),
                schedule.happened(),
                clients.history(),
                undecided,
                cluster.tally().counts());
    }

    private void found() {
        for (int i = 0; i < plan.size(); i++) {
            cluster.machines().get(i).clockRate(plan.clockRates().get(i));
        }
        cluster.start();
        look();
    }

    /** Now and then, for as long as the run lasts. */
    private void look() {
        if (!ended) {
            clients.reconnect();
            countVersions();
            schedule.after(LOOK.toNanos(), this::look);
        }
    }

    private void countVersions() {
        cluster.machines().stream()
                .filter(Machine::isRunning)
                .map(machine -> machine.server().versions())
                .filter(versions -> versions.storage().equals(versions.cluster())
                        && !versions.server().startsWith(versions.storage().substring(0, MINOR)))
                .forEach(_ -> cluster.tally().count(Tally.Event.OLDER_STORE));
    }

    private void live() {
        StepDoing doing = new StepDoing(cluster, clients, new Operators(cluster));
        for (Plan.Timed timed : plan.steps()) {
            schedule.after(timed.at().toNanos(), () -> doing.happen(timed.step()));
        }
        passUntil(() -> false, plan.length());
    }

    /**
     * Lets events happen.
     *
     * @return whether what is waited for is there, and everything holds
     */
    private boolean passUntil(BooleanSupplier there, Duration most) {
        long end = schedule.now() + most.toNanos();
        boolean[] over = {false};
        schedule.after(most.toNanos(), () -> over[0] = true);
        while (invariants.broken().isEmpty() && !over[0] && schedule.now() <= end) {
            if (there.getAsBoolean()) {
                return true;
            }
            schedule.step();
        }
        return false;
    }

    // ---- when all is healed

    private void heal() {
        if (invariants.broken().isPresent()) {
            return;
        }
        cluster.network().heal();
        cluster.network().weather(Network.Weather.FAIR);
        cluster.network().sayTheTruth();
        for (Machine machine : cluster.machines()) {
            machine.slowSyncs(Duration.ZERO);
            if (machine.hasFailingDisk()) {
                machine.kill();
            }
            if (!machine.isRunning()) {
                boolean _ = machine.start();
            }
        }
        long end = schedule.now() + MOST_RECOVERY.toNanos();
        // a removal that is under way is over by then
        boolean _ = passUntil(() -> false, AGAIN);
        List<Member> members = members(end);
        endStrangers(members);
        lowerAlarms(members, end);
        settleVersions(members, end);
        List<Machine> running = running(members);
        int number = 0;
        for (Machine machine : running) {
            if (members.stream().anyMatch(member -> member.getID() == machine.id() && !member.getIsLearner())) {
                writeThrough(machine, number++, end);
            }
        }
        becomeEqual(running.stream().filter(Machine::isRunning).toList(), end);
        require(
                passUntil(() -> clients.observed() >= clients.newest(), left(end)),
                "a watch came to revision " + clients.observed() + " only");
        leasesEnd(members, end);
        ended = true;
    }

    /** Members that were removed and have not heard of it end now; nobody tells them anything any more. */
    private void endStrangers(List<Member> members) {
        for (Machine machine : cluster.machines()) {
            if (members.stream().noneMatch(member -> member.getID() == machine.id())) {
                machine.kill();
            } else if (machine.isRemoved()) {
                invariants.fail(machine.name() + " ended as if it had been removed, and is a member");
            }
        }
    }

    private List<Machine> running(List<Member> members) {
        Set<Long> ids = members.stream().map(Member::getID).collect(Collectors.toSet());
        return cluster.machines().stream()
                .filter(machine -> machine.isRunning() && ids.contains(machine.id()))
                .toList();
    }

    /** There is space everywhere: no write is refused any more for what an operator said. */
    private void lowerAlarms(List<Member> members, long end) {
        Operators operators = new Operators(cluster);
        while (running(members).stream().anyMatch(machine -> !machine.server().alarms().isEmpty())
                && schedule.now() < end
                && invariants.broken().isEmpty()) {
            for (Machine by : running(members)) {
                cluster.machines().forEach(of -> operators.alarm(by, of.id(), false));
            }
            boolean _ = passUntil(() -> false, LOOK.multipliedBy(4));
        }
    }

    /** All members are of one version and nobody wants another: so are the cluster and all stores. */
    private void settleVersions(List<Member> members, long end) {
        if (running(members).size() < members.size()) {
            // of one that is gone nobody knows which version it is
            return;
        }
        Operators operators = new Operators(cluster);
        while (!isSettled(members) && schedule.now() < end && invariants.broken().isEmpty()) {
            running(members).forEach(by -> operators.downgrade(by, false));
            boolean _ = passUntil(() -> isSettled(members), AGAIN);
        }
        require(
                isSettled(members) || running(members).size() < members.size(),
                "not all are of one version: " + running(members).stream()
                        .map(machine -> machine.name() + " " + machine.server().versions())
                        .toList());
        cluster.tally().count(Tally.Event.VERSIONS_SETTLED);
    }

    private boolean isSettled(List<Member> members) {
        return running(members).stream().map(machine -> machine.server().versions()).allMatch(versions ->
                versions.server().startsWith(versions.cluster().substring(0, MINOR))
                        && versions.storage().equals(versions.cluster()));
    }

    /** Nobody renews a lease any more, so none lives on. */
    private void leasesEnd(List<Member> members, long end) {
        List<LeaseStatus> alive = new ArrayList<>();
        do {
            CompletableFuture<List<LeaseStatus>> leases = new CompletableFuture<>();
            running(members).stream().findFirst().ifPresent(machine -> machine.soon(() -> {
                var _ = machine.server()
                        .leaseLeases(LeaseLeasesRequest.getDefaultInstance(), Caller.SELF)
                        .thenAccept(answer -> leases.complete(answer.getLeasesList()));
            }));
            alive.clear();
            if (!passUntil(leases::isDone, AGAIN)) {
                // nobody runs, or nobody answers any more
                return;
            }
            alive.addAll(leases.join());
        } while (!alive.isEmpty() && schedule.now() < end && !passUntil(() -> false, LOOK));
        require(alive.isEmpty(), "leases live on that nobody renews: " + alive);
    }

    /** The members, from one who knows; asked again and again, for the first to be asked may not be one any more. */
    private List<Member> members(long end) {
        MemberListRequest request =
                MemberListRequest.newBuilder().setLinearizable(true).build();
        CompletableFuture<List<Member>> members = new CompletableFuture<>();
        while (schedule.now() < end && invariants.broken().isEmpty()) {
            for (Machine machine : cluster.machines()) {
                if (machine.isRunning()) {
                    MemberServer server = machine.server();
                    machine.soon(() -> {
                        var _ = server.memberList(request, Caller.SELF)
                                .thenAccept(list -> members.complete(list.getMembersList()));
                    });
                }
            }
            if (passUntil(members::isDone, AGAIN)) {
                return members.join();
            }
        }
        require(false, "nobody says who the members are");
        return List.of();
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(1, end - schedule.now()));
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            invariants.fail(MOST_RECOVERY + " after all was healed: " + what);
        }
    }

    private void writeThrough(Machine machine, int number, long end) {
        int tries = 0;
        boolean done = false;
        while (!done && machine.isRunning() && schedule.now() < end && invariants.broken().isEmpty()) {
            PutRequest put = PutRequest.newBuilder()
                    .setKey(Wishes.bytes("end"))
                    .setValue(Wishes.bytes("end " + number + "/" + tries++))
                    .build();
            CompletableFuture<Boolean> answered = clients.ask(PlanDrawing.CLIENTS, machine, put);
            boolean _ = passUntil(answered::isDone, AGAIN);
            done = answered.getNow(false);
        }
        boolean mayStop = !machine.isRunning() && (machine.isDamaged() || machine.isRemoved());
        require(done || mayStop, machine.name() + " has nothing written, " + machine.stopReason());
    }

    /** All members have the same history up to the same revision. */
    private void becomeEqual(List<Machine> running, long end) {
        Set<String> states = new HashSet<>();
        while (schedule.now() < end && invariants.broken().isEmpty()) {
            List<CompletableFuture<HashKVResponse>> hashes = new ArrayList<>();
            for (Machine machine : running) {
                if (!machine.isRunning()) {
                    continue;
                }
                CompletableFuture<HashKVResponse> hash = new CompletableFuture<>();
                hashes.add(hash);
                machine.soon(() -> {
                    var _ = machine.server()
                            .hashKv(HashKVRequest.getDefaultInstance(), Caller.SELF)
                            .thenAccept(hash::complete);
                });
            }
            boolean all = passUntil(() -> hashes.stream().allMatch(CompletableFuture::isDone), left(end));
            states.clear();
            if (all) {
                hashes.forEach(hash -> states.add(state(hash.join())));
                if (states.size() == 1) {
                    return;
                }
            }
            boolean _ = passUntil(() -> false, LOOK);
        }
        require(false, "the members' states are " + states);
    }

    private static String state(HashKVResponse hash) {
        return "revision " + hash.getHeader().getRevision() + " compacted " + hash.getCompactRevision() + " hash "
                + hash.getHash();
    }

    private void judgeSnapshots() {
        SnapshotPost post = cluster.network().post();
        if (post.spoiledTaken() > 0) {
            invariants.fail("a snapshot of which a bit had flipped on the way was taken");
        }
        cluster.tally().count(Tally.Event.SNAPSHOT_DELIVERED, post.delivered());
        cluster.tally().count(Tally.Event.SPOILED_SNAPSHOT_REFUSED, post.spoiledRefused());
    }

    // ---- what clients saw

    private boolean judge() {
        if (invariants.broken().isPresent()) {
            return false;
        }
        History history = clients.history();
        List<Violation> violations =
                new HistoryJudge(plan.leaseTolerance().toNanos(), JUDGE_STEPS).judge(history);
        List<Violation> certain = violations.stream()
                .filter(violation -> violation.rule() != Violation.Rule.UNDECIDED)
                .toList();
        Optional.of(certain).filter(all -> !all.isEmpty()).map(HistoryJudge::text).ifPresent(invariants::fail);
        return judgeLock(history) || certain.size() < violations.size();
    }

    private boolean judgeLock(History history) {
        LockCheck check = new LockCheck(plan.leaseTolerance());
        LinearizabilitySearch.Result found = check.judge(history);
        if (found instanceof LinearizabilitySearch.Result.Impossible impossible) {
            invariants.fail("LOCK: after " + impossible.longest() + " there cannot have been " + impossible.stuck());
        }
        cluster.tally().count(Tally.Event.LOCK_TAKEN, check.taken());
        cluster.tally().count(Tally.Event.LOCK_HELD, check.held());
        return found instanceof LinearizabilitySearch.Result.Undecided;
    }
}
