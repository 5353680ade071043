/**
 * Owns a running member. {@link io.drawbore.server.MemberServer} is the door and the life cycle; behind it two threads
 * do the work, in the order of docs/WRITE-PATH.md: the raft thread ({@code RaftLoop}) makes entries durable and
 * commits them, the apply thread ({@code ApplyLoop}) applies and publishes them.
 */
package io.drawbore.server;
