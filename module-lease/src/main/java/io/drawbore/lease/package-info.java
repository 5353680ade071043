/**
 * The room of leases. All that is replicated of them lies in {@link io.drawbore.api.Table#LEASE} and in the lease of
 * each key's newest row; {@link io.drawbore.lease.Leases} is a function of these, rebuilt at start, and on the leader
 * it keeps the time besides. It has no thread, no clock and no I/O: the host says what time it is.
 */
package io.drawbore.lease;
