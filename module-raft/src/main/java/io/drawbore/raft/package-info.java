/**
 * Raft as a value machine, to be driven by whoever has a disk, a network and a clock, or by a test that has none of
 * them. Read {@link io.drawbore.raft.RaftNode} first, then {@link io.drawbore.raft.Ready}; {@link
 * io.drawbore.raft.RaftConfig} has every limit, {@link io.drawbore.raft.RaftRole} and {@link
 * io.drawbore.raft.ProgressState} the tables of all moves. A member on its own elects itself and commits an entry:
 *
 * <pre>{@code
 * MemoryStorage storage = MemoryStorage.empty(ConfState.newBuilder().addVoters(1).build());
 * RaftNode node = RaftNode.create(RaftConfig.builder(1, new SplittableRandom(7)).build(), storage);
 * List<Entry> applied = new ArrayList<>();
 * for (Runnable wish : List.<Runnable>of(node::campaign, () -> node.propose(ByteString.copyFromUtf8("hello")))) {
 *     wish.run();
 *     while (node.hasReady()) {
 *         Ready ready = node.ready();
 *         storage.mirror(ready);
 *         applied.addAll(ready.committedEntries());
 *         node.advance();
 *     }
 * }
 * }</pre>
 *
 * <p>With more members each {@link io.drawbore.raft.Ready#messages} goes to the {@link io.drawbore.raft.RaftNode#step}
 * of whom it is addressed to. The transcripts in the tests of this room show what members say to each other, step by
 * step: a file of commands with what each must put out.
 */
package io.drawbore.raft;
