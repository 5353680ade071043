package io.drawbore.apply;

import com.google.protobuf.ByteString;
import io.drawbore.api.Table;
import io.drawbore.api.TableChange;
import io.drawbore.lease.LeaseTable;
import io.drawbore.lease.Leases;
import io.drawbore.mvcc.KeyspaceWriter;
import io.drawbore.proto.etcdserverpb.LeaseCheckpoint;
import io.drawbore.proto.etcdserverpb.LeaseCheckpointRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.leasepb.Lease;
import java.util.ArrayList;
import java.util.List;

/** What entries do to leases, as changes of their table. Nothing here knows what time it is. Apply thread only. */
final class LeaseCommands {
    private LeaseCommands() {}

    /** Grants. */
    static List<TableChange> grant(Leases leases, LeaseGrantRequest request) {
        return List.of(written(leases.grant(request.getID(), request.getTTL())));
    }

    /** Deletes what hangs on a lease, in key order and at one revision, and forgets the lease. */
    static List<TableChange> revoke(Leases leases, KeyspaceWriter keys, LeaseRevokeRequest request) {
        List<ByteString> hanging = leases.keys(request.getID());
        keys.deleteKeys(hanging);
        leases.rowsApplied(keys.changes());
        leases.revoke(request.getID());
        return List.of(new TableChange(Table.LEASE, LeaseTable.key(request.getID()), null));
    }

    /**
     * Notes what is left of leases; those that have gone are passed over.
     *
     * @param kept whether the store keeps it. That all of a lease is left is always kept: a start that went by what was
     *     said before would end the lease early
     */
    static List<TableChange> checkpoint(Leases leases, LeaseCheckpointRequest request, boolean kept) {
        List<TableChange> changes = new ArrayList<>();
        for (LeaseCheckpoint one : request.getCheckpointsList()) {
            Lease row = leases.checkpoint(one.getID(), one.getRemainingTTL());
            if (row != null && (kept || row.getRemainingTTL() == 0)) {
                changes.add(written(row));
            }
        }
        return changes;
    }

    /** Gives all leases all their time again. */
    static List<TableChange> forgetCheckpoints(Leases leases) {
        return leases.forgetCheckpoints().stream().map(LeaseCommands::written).toList();
    }

    private static TableChange written(Lease row) {
        return new TableChange(Table.LEASE, LeaseTable.key(row.getID()), LeaseTable.value(row));
    }
}
