/** The write room: the one place where committed raft entries change the store. */
@org.jspecify.annotations.NullMarked
module io.drawbore.apply {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.lease;
    requires transitive io.drawbore.mvcc;
    requires transitive io.drawbore.membership;
    requires transitive io.drawbore.auth;
    requires static org.jspecify;

    exports io.drawbore.apply to
            io.drawbore.server,
            io.drawbore.tools;
}
