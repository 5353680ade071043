/**
 * Owns the simulated world: machines with their disks, the network between them, and the one schedule on which all of
 * it happens. Everything is decided by a seed, so that what was seen once can be seen again.
 */
@org.jspecify.annotations.NullMarked
package io.drawbore.simulator;
