/** One member at work: the front door, the raft loop, the apply loop, reads, and the release of the log. */
@org.jspecify.annotations.NullMarked
module io.drawbore.server {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.membership;
    requires transitive io.drawbore.metrics;
    requires io.drawbore.apply;
    requires io.drawbore.auth;
    requires io.drawbore.bbolt;
    requires io.drawbore.lease;
    requires io.drawbore.mvcc;
    requires io.drawbore.raft;
    requires io.drawbore.watch;
    requires org.bouncycastle.provider;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.server to
            io.drawbore.launcher,
            io.drawbore.peer,
            io.drawbore.simulator,
            io.drawbore.tools;
}
