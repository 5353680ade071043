package io.drawbore.simulator;

import io.drawbore.testkit.Survival;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws a plan from a seed. Each plan has some kinds of faults only, so that one kind does not hide what another shows.
 * Used once.
 */
final class PlanDrawing {
    static final Duration MOST_JUMP = Duration.ofMillis(900);

    static final int CLIENTS = 4;

    private static final int TENANTS = 2;

    /** What members are together with those of our version. */
    private static final List<String> VERSIONS = List.of("3.6.4", "3.6.0", "3.7.0", "3.7.9", "3.8.0");

    /** Entries after which the log is released: from here on, which is within a run many times… */
    private static final long OFTEN = 20;

    /** …to here, which is a few times in long runs… */
    private static final long NOW_AND_THEN = 200;

    /** …or never. */
    private static final long SELDOM = 5_000;

    /** Rates this far from 1 are a bad clock's; leases stand nearly any of them, but not to the millisecond. */
    private static final double BAD_DRIFT = 0.1;

    private static final double USUAL_DRIFT = 0.002;

    private final long seed;
    private final SplittableRandom random;
    private final List<Plan.Timed> steps = new ArrayList<>();
    private final int size;
    private final long length;
    /** The only machine whose disk forgets what was durable, so that they are a minority. */
    private final int damaged;

    private boolean forgets;
    private boolean spoils;
    private boolean joins;

    /** What can go wrong. */
    private enum Kind {
        WEATHER, CUT, SPLIT, STREAM, PAUSE, KILL, POWER, BLACKOUT, SLOW, FULL, FAILING, FLIP, LIE, SPOIL, JUMP, LEADER
    }

    PlanDrawing(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        int of = random.nextInt(10);
        size = of == 0 ? 1 : of < 8 ? 3 : 5;
        length = millis(10_000, 25_000);
        damaged = random.nextInt(size);
    }

    Plan plan() {
        boolean leases = random.nextInt(4) > 0;
        double drift = leases ? USUAL_DRIFT : BAD_DRIFT;
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            rates.add(1 + (random.nextDouble() * 2 - 1) * drift);
        }
        drawFaults();
        boolean often = spoils || random.nextInt(5) < 2;
        long snapshotCount = often ? OFTEN + random.nextLong(NOW_AND_THEN - OFTEN) : SELDOM;
        long catchUpEntries = 1 + random.nextLong(random.nextBoolean() ? OFTEN / 2 : snapshotCount / 2);
        joins = random.nextInt(4) == 0;
        drawWork();
        if (joins) {
            drawMembers();
        }
        if (leases) {
            drawTenants();
        }
        drawAlarms();
        List<MemberFlags> flags = drawFlags(snapshotCount, catchUpEntries);
        drawVersions();
        steps.sort(Comparator.comparing(Plan.Timed::at));
        return new Plan(seed, size, rates, flags, leases, Duration.ofMillis(length), steps);
    }

    private long millis(long least, long most) {
        return least + random.nextLong(most - least);
    }

    private void at(long millis, Step step) {
        if (millis < length) {
            steps.add(new Plan.Timed(Duration.ofMillis(millis), step));
        }
    }

    /** The time until the next of what comes by chance, on the average so long. */
    private long gap(long average) {
        return 1 + (long) (-Math.log(1 - random.nextDouble()) * average);
    }

    private int machine() {
        return random.nextInt(size);
    }

    // ---- flags

    /** What members do about leases and versions is their own; half of the clusters differ in their logs too. */
    private List<MemberFlags> drawFlags(long snapshotCount, long catchUpEntries) {
        List<MemberFlags> flags = new ArrayList<>();
        boolean differ = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            flags.add(new MemberFlags(
                    differ ? OFTEN + random.nextLong(snapshotCount - OFTEN + 1) : snapshotCount,
                    differ ? 1 + random.nextLong(catchUpEntries) : catchUpEntries,
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextInt(3) > 0));
        }
        return flags;
    }

    // ---- faults

    private void drawFaults() {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (random.nextInt(3) == 0) {
                kinds.add(kind);
            }
        }
        spoils = kinds.contains(Kind.SPOIL);
        forgets = kinds.contains(Kind.FLIP) || kinds.contains(Kind.LIE);
        long average = millis(400, 4_000);
        for (long now = gap(average); now < length && !kinds.isEmpty(); now += gap(average)) {
            draw(kinds.get(random.nextInt(kinds.size())), now);
        }
    }

    private void draw(Kind kind, long now) {
        int machine = machine();
        switch (kind) {
            case WEATHER -> {
                at(now, new Step.Weather(weather()));
                at(now + millis(200, 6_000), new Step.Weather(Network.Weather.FAIR));
            }
            case CUT -> {
                at(now, new Step.Cut(machine, machine()));
                at(now + millis(200, 6_000), new Step.Heal());
            }
            case SPLIT -> {
                at(now, new Step.Split(1 + random.nextInt((1 << size) - 1)));
                at(now + millis(200, 6_000), new Step.Heal());
            }
            case STREAM -> at(now, new Step.LoseStream(machine, machine()));
            // some for longer than a lease lasts under the next leader
            case PAUSE -> at(now, new Step.Pause(
                    machine, Duration.ofMillis(millis(10, random.nextInt(3) == 0 ? 11_000 : 4_000))));
            case KILL -> {
                at(now, new Step.Kill(machine));
                restart(now, machine);
            }
            case POWER -> {
                at(now, new Step.LosePower(machine, survival()));
                restart(now, machine);
            }
            case BLACKOUT -> {
                at(now, new Step.Blackout(survival()));
                for (int i = 0; i < size; i++) {
                    at(now + millis(1, 3_000), new Step.Start(i));
                }
            }
            case SLOW -> {
                at(now, new Step.SlowSyncs(machine, Duration.ofMillis(millis(1, 2_000))));
                at(now + millis(500, 6_000), new Step.SlowSyncs(machine, Duration.ZERO));
            }
            case FULL -> {
                at(now, new Step.FillDisk(machine, random.nextLong(20_000)));
                restart(now + 2_000, machine);
            }
            case FAILING -> {
                at(now, new Step.FailSyncs(machine, random.nextLong()));
                restart(now + 2_000, machine);
            }
            case FLIP -> {
                if (size > 1) {
                    at(now, new Step.FlipBit(damaged, random.nextLong()));
                    restart(now, damaged);
                }
            }
            case LIE -> {
                if (size > 1) {
                    at(now, new Step.LieAboutSyncs(damaged));
                    if (random.nextBoolean()) {
                        at(now + millis(100, 6_000), new Step.LosePower(damaged, survival()));
                    }
                }
            }
            case SPOIL -> at(now, new Step.SpoilSnapshot());
            case JUMP -> at(now, new Step.Jump(machine, Duration.ofMillis(millis(1, MOST_JUMP.toMillis()))));
            case LEADER -> at(now, new Step.MoveLeader(machine));
        }
    }

    /**
     * One member comes and one goes, asked for twice, since what is asked may get lost. Where a machine may have to be
     * given up, that is the one that goes, and the one that comes has no vote before it runs: a majority is left.
     */
    private void drawMembers() {
        boolean learner = size == 1 || forgets || random.nextBoolean();
        long now = millis(6_000, length - 3_000);
        at(now, new Step.AddMember(machine(), learner));
        for (int i = 0; i < 4; i++) {
            at(millis(now, length), new Step.Promote(machine()));
        }
        if (size > 1) {
            int removed = forgets ? damaged : machine();
            at(millis(5_000, length), new Step.RemoveMember(machine(), removed));
            at(millis(5_000, length), new Step.RemoveMember(machine(), removed));
        }
    }

    private void restart(long now, int machine) {
        if (random.nextInt(5) > 0) {
            at(now + (random.nextInt(3) == 0 ? millis(1, 50) : millis(1, 5_000)), new Step.Start(machine));
        }
    }

    private Network.Weather weather() {
        long least = random.nextLong(2_000_000);
        long most = least + random.nextLong(random.nextInt(3) == 0 ? 400_000_000 : 20_000_000);
        double loss = random.nextBoolean() ? 0 : random.nextDouble() * 0.3;
        double doubled = random.nextBoolean() ? 0 : random.nextDouble() * 0.3;
        return new Network.Weather(Duration.ofNanos(least), Duration.ofNanos(most), loss, doubled);
    }

    private Survival survival() {
        Survival[] all = Survival.values();
        return all[random.nextInt(all.length)];
    }

    // ---- work

    private void drawWork() {
        long average = millis(30, 400);
        int number = 0;
        for (long now = gap(average); now < length; now += gap(average)) {
            int of = random.nextInt(100);
            if (of < 3) {
                at(now, new Step.Watch(random.nextInt(CLIENTS), machine(), random.nextLong()));
            } else if (of < 6) {
                at(now, new Step.TouchWatch(machine(), random.nextLong()));
            } else if (of < 7) {
                at(now, new Step.Defragment(machine()));
            } else if (of < 8) {
                at(now, new Step.TakeSnapshot(random.nextInt(CLIENTS), machine()));
            } else {
                int atOnce = random.nextInt(5) == 0 ? 1 + random.nextInt(8) : 1;
                for (int i = 0; i < atOnce; i++) {
                    int machine = random.nextInt(joins ? size + 1 : size);
                    at(now + i, new Step.Ask(number++, random.nextInt(CLIENTS), machine, random.nextLong()));
                }
            }
        }
    }

    /** Tenants stay with a member for a while; now and then they let their lease go nearly to its end, or beyond. */
    private void drawTenants() {
        int number = 0;
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            int machine = machine();
            for (long now = gap(1_000); now < length; ) {
                if (random.nextInt(8) == 0) {
                    machine = machine();
                }
                at(now, new Step.Keep(number++, tenant, machine));
                now += random.nextInt(6) == 0 ? millis(1_200, 4_000) : millis(300, 700);
            }
        }
    }

    /** An operator says that a member has no space left, and soon that it has; what he says twice may get lost. */
    private void drawAlarms() {
        if (random.nextInt(4) > 0) {
            return;
        }
        for (long now = gap(4_000); now < length; now += gap(4_000)) {
            int of = machine();
            at(now, new Step.Alarm(machine(), of, true));
            long later = now + millis(20, 1_500);
            at(later, new Step.Alarm(machine(), of, false));
            at(later + 20, new Step.Alarm(machine(), of, false));
        }
    }

    /**
     * Some clusters are on their way from one version to another, or have older releases among them. Whoever wants the
     * cluster of another version asks twice, since what is asked may get lost.
     */
    private void drawVersions() {
        if (random.nextInt(3) == 0) {
            for (long now = gap(5_000); now < length; now += gap(8_000)) {
                boolean enabled = random.nextInt(3) > 0;
                at(now, new Step.Downgrade(machine(), enabled));
                at(now + millis(20, 500), new Step.Downgrade(machine(), enabled));
            }
        }
        if (random.nextInt(3) == 0) {
            for (long now = gap(4_000); now < length; now += gap(4_000)) {
                at(now, new Step.RunAs(machine(), VERSIONS.get(random.nextInt(VERSIONS.size()))));
            }
        }
        if (random.nextInt(3) == 0) {
            long average = millis(100, 2_000);
            for (long now = gap(average); now < length; now += gap(average)) {
                at(now, new Step.OldEntry(machine(), random.nextLong()));
            }
        }
    }
}
