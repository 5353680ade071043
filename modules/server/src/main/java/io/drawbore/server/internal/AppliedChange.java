package io.drawbore.server.internal;

import io.drawbore.proto.raftpb.ConfChangeV2;

/**
 * A change of membership that the store has taken on, or refused, and raft hasn't yet.
 *
 * @param change what raft takes on: a change of nobody where it was refused
 * @param answer tells who asked for it; only once raft has it, so that the next change may follow (etcd issue 15528)
 */
record AppliedChange(ConfChangeV2 change, Runnable answer) {}
