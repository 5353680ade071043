/** How founders of a cluster find each other: names in DNS, or a list that another etcd keeps. */
@org.jspecify.annotations.NullMarked
module io.drawbore.discovery {
    requires transitive io.drawbore.proto;
    requires java.naming;
    requires jdk.naming.dns;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.http2.client;
    requires org.eclipse.jetty.http2.common;
    requires org.eclipse.jetty.util;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.drawbore.discovery to
            io.drawbore.launcher;
}
