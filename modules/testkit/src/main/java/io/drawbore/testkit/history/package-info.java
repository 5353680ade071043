/**
 * What clients of etcd did and were answered, and who judges it. A {@link io.drawbore.testkit.history.Recording} is
 * kept while clients run, simulated ones or those of a real process; {@link io.drawbore.testkit.history.HistoryJudge}
 * then says whether one store with etcd's promises can have answered so, and names what it cannot have. Locks,
 * registers and whatever else carries no revision are for {@link
 * io.drawbore.testkit.history.LinearizabilitySearch}.
 *
 * <p>Nothing here asks for the time or starts a thread: times are nanoseconds of one clock, given by who records.
 */
package io.drawbore.testkit.history;
