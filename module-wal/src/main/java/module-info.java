/** The raft log on disk, in etcd's format, and the machine's own file system. */
@org.jspecify.annotations.NullMarked
module io.drawbore.wal {
    requires transitive io.drawbore.api;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.drawbore.wal to
            io.drawbore.launcher,
            io.drawbore.simulator;

    provides io.drawbore.api.Plugin with
            io.drawbore.wal.internal.WalPlugin;
}
