package io.drawbore.peer.internal;

import io.drawbore.api.Workers;
import org.eclipse.jetty.client.HttpClient;

/**
 * What every peer's links are made of.
 *
 * @param local who this member is
 * @param member what is behind the port
 * @param client opens connections
 */
record Link(Local local, LocalMember member, HttpClient client, Workers workers, PeerMetrics metrics) {}
