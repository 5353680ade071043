/** Files of bbolt, the format of etcd's store and of its snapshots: a reader, a writer, and what etcd keeps in them. */
@org.jspecify.annotations.NullMarked
module io.drawbore.bbolt {
    requires transitive io.drawbore.api;
    requires static org.jspecify;

    exports io.drawbore.bbolt to
            io.drawbore.server,
            io.drawbore.simulator,
            io.drawbore.tools;
}
