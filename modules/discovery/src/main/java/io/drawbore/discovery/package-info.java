/**
 * Finds the founders of a cluster: {@link io.drawbore.discovery.DnsFounders} by names in DNS, {@link
 * io.drawbore.discovery.RegisteredFounders} in a list that another etcd keeps. Both are asked once, before a member has
 * a log, on the thread that starts it, and wait as long as they must.
 */
package io.drawbore.discovery;
