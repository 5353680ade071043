/**
 * Owns the simulated world: machines with their disks, the network between them, and the one schedule on which all of
 * it happens. Everything is decided by a seed, so that what was seen once can be seen again.
 *
 * <p>A test that tells one story makes a {@link io.drawbore.simulator.SimulatedCluster}, does things to its machines
 * and its network, and waits in virtual time; the {@link io.drawbore.simulator.Invariants} are looked at all the while.
 * A {@link io.drawbore.simulator.Simulation} runs a {@link io.drawbore.simulator.Plan}, drawn from a seed: a list of
 * steps, each at its time, which {@link io.drawbore.simulator.Shrinking} can make shorter. To add a kind of fault or of
 * work, add a {@link io.drawbore.simulator.Step}: the compiler says where it has to be done, and it has to be drawn.
 */
@org.jspecify.annotations.NullMarked
package io.drawbore.simulator;
