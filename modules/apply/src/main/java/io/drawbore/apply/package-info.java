/**
 * Owns the write transaction. Read {@link io.drawbore.apply.Applier} first: it is one screen, and nothing else
 * commits.
 *
 * <p>Apply thread only. No clock, random, thread, metric or flag of this member decides anything here: the same log
 * gives the same store on every member, digest by digest. docs/WRITE-PATH.md has the diagram and says how a command is
 * added.
 */
package io.drawbore.apply;
