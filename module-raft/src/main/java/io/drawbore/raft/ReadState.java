package io.drawbore.raft;

import com.google.protobuf.ByteString;

/**
 * The answer to a {@link RaftNode#readIndex}: a read is linearizable as soon as {@code index} is applied.
 *
 * @param index the index that a read must have seen applied
 * @param context what the request was given, byte for byte
 */
public record ReadState(long index, ByteString context) {
}
