package io.drawbore.server;

import com.google.protobuf.ByteString;
import io.drawbore.proto.raftpb.Message;
import java.nio.file.Path;

/**
 * A snapshot on its way from one member to another.
 *
 * @param message what raft says of it: of type {@code MsgSnap}, with index, term and configuration of what the file
 *     holds; its data is the membership as etcd's members want it, and not looked at here
 * @param file an etcd's database file, whole, on the disk of the member that has it
 * @param sha256 of all the file's bytes; empty where the sender, as an etcd, doesn't say
 */
public record MemberSnapshot(Message message, Path file, ByteString sha256) {}
