/**
 * The history of keys: revisions, ranges, transactions and the hash over them, as in etcd, over any store.
 */
@org.jspecify.annotations.NullMarked
module io.drawbore.mvcc {
    requires transitive io.drawbore.api;
    requires static org.jspecify;

    exports io.drawbore.mvcc to
            io.drawbore.apply,
            io.drawbore.server,
            io.drawbore.tools,
            io.drawbore.watch;
}
