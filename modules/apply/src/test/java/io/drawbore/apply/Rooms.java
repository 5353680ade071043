package io.drawbore.apply;

import io.drawbore.api.Backend;
import io.drawbore.api.ReadTx;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.Keyspace;

/** What an applier needs, loaded from a store. */
final class Rooms {
    static final long MIN_TTL = 2;

    private Rooms() {}

    static Applier applier(Backend backend) {
        Leases leases = leases(backend);
        return new Applier(backend, Keyspace.load(backend, leases::rowApplied), leases);
    }

    static Leases leases(Backend backend) {
        try (ReadTx tx = backend.read()) {
            return Leases.load(tx, MIN_TTL);
        }
    }
}
