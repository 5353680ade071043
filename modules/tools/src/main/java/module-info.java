/** Commands on the data of a member that doesn't run, and on snapshots: etcdutl's, and those that etcd has not. */
@org.jspecify.annotations.NullMarked
module io.drawbore.tools {
    requires transitive io.drawbore.api;
    requires io.drawbore.apply;
    requires io.drawbore.bbolt;
    requires io.drawbore.membership;
    requires io.drawbore.mvcc;
    requires io.drawbore.server;
    requires com.google.gson;
    requires com.google.protobuf;
    requires static org.jspecify;

    exports io.drawbore.tools to
            io.drawbore.launcher;
}
