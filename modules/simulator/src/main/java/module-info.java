/** Whole clusters on one thread, from a seed: members as they are shipped, on a disk, a network and a clock of ours. */
@org.jspecify.annotations.NullMarked
module io.drawbore.simulator {
    requires transitive io.drawbore.api;
    requires transitive io.drawbore.server;
    requires transitive io.drawbore.testkit;
    requires io.drawbore.bbolt;
    requires io.drawbore.membership;
    requires io.drawbore.metrics;
    requires io.drawbore.wal;
    requires static org.jspecify;

    exports io.drawbore.simulator;

    uses io.drawbore.api.Plugin;
}
