/** A member's client port: gRPC, the JSON gateway, health and metrics on Jetty. */
@org.jspecify.annotations.NullMarked
module io.drawbore.rpc {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.metrics;
    requires com.google.gson;
    requires java.management;
    requires jdk.management;
    requires org.eclipse.jetty.http2.server;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.rpc to
            io.drawbore.launcher;
}
