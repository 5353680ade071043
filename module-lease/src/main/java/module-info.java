/** Leases: which there are, which keys hang on them, and on the leader when they expire. A value machine. */
@org.jspecify.annotations.NullMarked
module io.drawbore.lease {
    requires transitive io.drawbore.api;
    requires static org.jspecify;

    exports io.drawbore.lease to
            io.drawbore.apply,
            io.drawbore.server;

    provides io.drawbore.api.Plugin with
            io.drawbore.lease.internal.LeasePlugin;
}
