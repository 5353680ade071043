/** A member's client port: gRPC, the JSON gateway, health and metrics on Jetty. */
@org.jspecify.annotations.NullMarked
module io.drawbore.rpc {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.metrics;
    // The next two for protobuf's util, which as an automatic module cannot say so itself.
    requires com.google.common;
    requires com.google.gson;
    requires com.google.protobuf.util;
    requires org.eclipse.jetty.http2.server;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.rpc;
}
