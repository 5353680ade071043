/** The metric registry: etcd's names, Prometheus' text. */
@org.jspecify.annotations.NullMarked
module io.drawbore.metrics {
    requires com.codahale.metrics;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports io.drawbore.metrics to
            io.drawbore.launcher,
            io.drawbore.peer,
            io.drawbore.plugins,
            io.drawbore.rpc,
            io.drawbore.server,
            io.drawbore.simulator;
}
