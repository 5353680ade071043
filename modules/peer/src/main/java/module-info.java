/** A member's peer port: etcd's protocol between members on Jetty, both sides of it. */
@org.jspecify.annotations.NullMarked
module io.drawbore.peer {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.membership;
    requires transitive io.drawbore.metrics;
    requires transitive io.drawbore.server;
    requires com.google.gson;
    requires java.naming;
    requires org.eclipse.jetty.client;
    requires org.eclipse.jetty.server;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.peer to
            io.drawbore.launcher;
}
