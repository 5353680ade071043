package io.drawbore.lease;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.drawbore.api.CorruptionException;
import io.drawbore.api.ReadTx;
import io.drawbore.api.Table;
import io.drawbore.proto.leasepb.Lease;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** How {@link Table#LEASE} is written: as etcd's bucket of that name. Any thread. */
public final class LeaseTable {
    private LeaseTable() {}

    /** The key of a lease's row: its id in eight bytes, the highest first. */
    public static ByteString key(long id) {
        return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(id).flip());
    }

    /** The value of a lease's row. */
    public static ByteString value(Lease lease) {
        return lease.toByteString();
    }

    /**
     * The value of a lease's row without what a checkpoint said of it.
     *
     * @throws CorruptionException where it is no lease's
     */
    public static ByteString withoutCheckpoint(ByteString key, ByteString value) {
        Lease lease = parse(key, value);
        return lease.getRemainingTTL() == 0
                ? value
                : value(lease.toBuilder().clearRemainingTTL().build());
    }

    /**
     * All rows.
     *
     * @throws CorruptionException where one is no lease
     */
    static List<Lease> all(ReadTx tx) {
        List<Lease> rows = new ArrayList<>();
        for (Map.Entry<ByteString, ByteString> row : tx.all(Table.LEASE).entrySet()) {
            rows.add(parse(row.getKey(), row.getValue()));
        }
        return rows;
    }

    private static Lease parse(ByteString key, ByteString value) {
        try {
            return Lease.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            String id = HexFormat.of().formatHex(key.toByteArray());
            throw new CorruptionException("the row of lease " + id + " holds no lease: " + e.getMessage());
        }
    }
}
