/**
 * The consensus core: {@link io.drawbore.raft.RaftNode} is a value machine. It does no I/O, reads no clock, starts no
 * thread and draws randomness only from the generator it is given; what is to be done it hands out as a
 * {@link io.drawbore.raft.Ready}.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.raft {
    requires transitive io.drawbore.api;

    exports io.drawbore.raft to
            io.drawbore.server;
}
