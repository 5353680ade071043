package io.drawbore.simulator;

import io.drawbore.testkit.Survival;
import java.time.Duration;

/** Something that a {@link Plan} has happen. Machines are numbered from 0. */
public sealed interface Step {
    /** What goes wrong, or right again. */
    sealed interface Fault extends Step {}

    /** What operators and clients do. */
    sealed interface Work extends Step {}

    /** The network treats messages differently. */
    record Weather(Network.Weather weather) implements Fault {}

    /** One direction is cut. */
    record Cut(int from, int to) implements Fault {}

    /** The machines whose bits are set and the others do not hear of each other. */
    record Split(int side) implements Fault {}

    /** No direction is cut any more. */
    record Heal() implements Fault {}

    /** What is under way in both directions between two machines is lost. */
    record LoseStream(int one, int other) implements Fault {}

    /** A process stands still. */
    record Pause(int machine, Duration time) implements Fault {}

    /** A process ends. */
    record Kill(int machine) implements Fault {}

    /** A machine loses its power. */
    record LosePower(int machine, Survival survival) implements Fault {}

    /** All machines lose their power. */
    record Blackout(Survival survival) implements Fault {}

    /** A member is started, unless it runs. */
    record Start(int machine) implements Fault {}

    /** Syncs take up to so long. */
    record SlowSyncs(int machine, Duration most) implements Fault {}

    /** A disk is full soon. */
    record FillDisk(int machine, long bytesLeft) implements Fault {}

    /** Syncs of one file fail. */
    record FailSyncs(int machine, long choice) implements Fault {}

    /**
     * From now on a disk says that it has synced and does not. With its power such a machine loses what it promised
     * to others, and is given up.
     */
    record LieAboutSyncs(int machine) implements Fault {}

    /** A bit of the next snapshot that a member sends to another flips on the way. */
    record SpoilSnapshot() implements Fault {}

    /** A bit of a log flips; the process ends before. */
    record FlipBit(int machine, long choice) implements Fault {}

    /** A clock jumps ahead. */
    record Jump(int machine, Duration ahead) implements Fault {}

    /** A machine is asked to lead. */
    record MoveLeader(int to) implements Work {}

    /** A member is added and started. */
    record AddMember(int by, boolean learner) implements Work {}

    /** The newest member is given a vote. */
    record Promote(int by) implements Work {}

    /** A member is removed. */
    record RemoveMember(int by, int machine) implements Work {}

    /** A client takes a snapshot of a member's store. */
    record TakeSnapshot(int client, int machine) implements Work {}

    /** A store gives free space back. */
    record Defragment(int machine) implements Work {}

    /**
     * A client asks for something.
     *
     * @param number its own in the plan: what it puts is named after it
     * @param machine may be one that joins later; the others stand in for those that have not
     * @param choice decides what
     */
    record Ask(int number, int client, int machine, long choice) implements Work {}

    /**
     * A tenant renews the lease that he holds, or takes another where that is gone.
     *
     * @param number counts these steps of a plan
     */
    record Keep(int number, int tenant, int machine) implements Work {}

    /** An operator says that the space of a member is at its end, or that it is not. */
    record Alarm(int machine, int of, boolean raised) implements Work {}

    /** An operator wants the cluster to become of the minor version before, or not any more. */
    record Downgrade(int machine, boolean enabled) implements Work {}

    /** A member is stopped and started as one that says that it is compatible with another version. */
    record RunAs(int machine, String version) implements Work {}

    /** Something is written that only older releases write; the choice decides what. See {@link OldWriter}. */
    record OldEntry(int machine, long choice) implements Work {}

    /** A client begins to watch. */
    record Watch(int client, int machine, long choice) implements Work {}

    /** A watch is cut and goes on at another member, or asks how far it is. */
    record TouchWatch(int machine, long choice) implements Work {}
}
