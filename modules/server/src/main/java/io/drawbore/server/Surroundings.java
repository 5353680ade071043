package io.drawbore.server;

import io.drawbore.api.Vfs;
import io.drawbore.api.Workers;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * What a member knows of the world: everything that could make two runs of it differ comes from here.
 *
 * @param vfs the disk of its log
 * @param clock keeps ids apart that were made at different times: of requests, when the member starts, and of members
 * @param workers its threads, and the clock that its time limits go by
 * @param random draws election timeouts and spreads what is done at intervals
 * @param peers the way to the other members
 * @param simulated whether the disk is not the machine's: no folder is made and no lock taken there
 */
public record Surroundings(
        Vfs vfs,
        InstantSource clock,
        Workers workers,
        SplittableRandom random,
        Peers peers,
        boolean simulated) {

    /** The machine's clocks, true randomness, and no other members. */
    public static Surroundings real(Vfs vfs, Workers workers) {
        return real(vfs, workers, Peers.NONE);
    }

    /** The machine's clocks, true randomness, and a way to other members. */
    public static Surroundings real(Vfs vfs, Workers workers, Peers peers) {
        return new Surroundings(vfs, InstantSource.system(), workers, new SplittableRandom(), peers, false);
    }
}
