/** Watchers: who waits for which keys, from which revision on, and the way events take to them. */
@org.jspecify.annotations.NullMarked
module io.drawbore.watch {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.mvcc;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.watch to
            io.drawbore.server;
}
