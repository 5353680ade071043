/** The start of a member: what it is told, its logs, its plug-ins and the one injector. */
@org.jspecify.annotations.NullMarked
module io.drawbore.launcher {
    requires transitive io.drawbore.api;
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
    // for the process only, where SLF4J finds them; whoever embeds a member has logs of their own
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;
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

    exports io.drawbore.launcher to
            io.drawbore.embed;

    opens io.drawbore.launcher to com.google.guice;
}
