package io.drawbore.raft;

import com.google.protobuf.ByteString;

/**
 * A first member of a brand-new cluster.
 *
 * @param id its raft id, not 0
 * @param context what the host wants to find in the configuration entry that adds it
 */
public record Peer(long id, ByteString context) {
}
