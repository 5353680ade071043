/** The start of a member: what it is told, its logs, its plug-ins and the one injector. */
@org.jspecify.annotations.NullMarked
module io.drawbore.launcher {
    requires io.drawbore.api;
    requires io.drawbore.config;
    requires io.drawbore.discovery;
    requires io.drawbore.membership;
    requires io.drawbore.metrics;
    requires io.drawbore.peer;
    requires io.drawbore.plugins;
    requires io.drawbore.rpc;
    requires io.drawbore.server;
    requires io.drawbore.tools;
    requires io.drawbore.wal;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires com.google.common;
    requires com.google.guice;
    requires jakarta.inject;
    requires java.logging;
    requires java.management;
    requires jdk.management;
    // loaded so that plug-ins may require it
    requires org.jspecify;
    requires org.slf4j;

    uses io.drawbore.api.Plugin;

    opens io.drawbore.launcher to com.google.guice;
}
