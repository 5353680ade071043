package io.drawbore.simulator;

import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Those who hold a short lease for as long as they can, with a key on it, and take another once they hear that it is
 * gone: what they are promised must hold whoever leads, and what nobody renews must end. One thread.
 */
final class Tenants {
    private static final long FIRST_LEASE = 90_000;
    private static final int LONGEST_SECONDS = 3;

    private final Map<Integer, Tenancy> held = new HashMap<>();

    /** A lease, and whether its key is on it. */
    private record Tenancy(long lease, boolean furnished) {}

    /** What a tenant asks for now. */
    Message request(Step.Keep keep) {
        Tenancy tenancy = held.get(keep.tenant());
        if (tenancy == null) {
            return LeaseGrantRequest.newBuilder()
                    .setID(FIRST_LEASE + keep.number())
                    .setTTL(1 + keep.number() % LONGEST_SECONDS)
                    .build();
        }
        if (!tenancy.furnished) {
            return PutRequest.newBuilder()
                    .setKey(Wishes.bytes("tenant/" + keep.tenant()))
                    .setValue(Wishes.bytes("value of tenant " + keep.number()))
                    .setLease(tenancy.lease)
                    .build();
        }
        return LeaseKeepAliveRequest.newBuilder().setID(tenancy.lease).build();
    }

    /** What came of it; no answer where it was refused. */
    void answered(Step.Keep keep, Message request, @Nullable Message answer) {
        switch (request) {
            case LeaseGrantRequest grant when answer != null ->
                held.putIfAbsent(keep.tenant(), new Tenancy(grant.getID(), false));
            case PutRequest put -> answered(keep.tenant(), put.getLease(), answer != null);
            case LeaseKeepAliveRequest renewal when answer instanceof LeaseKeepAliveResponse response ->
                answered(keep.tenant(), renewal.getID(), response.getTTL() > 0);
            default -> { }
        }
    }

    private void answered(int tenant, long lease, boolean there) {
        Tenancy tenancy = held.get(tenant);
        if (tenancy != null && tenancy.lease == lease) {
            if (there) {
                held.put(tenant, new Tenancy(lease, true));
            } else {
                held.remove(tenant);
            }
        }
    }
}
