package io.drawbore.interop;

import static io.drawbore.interop.RecordedClients.bytes;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseTimeToLiveRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.testkit.history.Request;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** What one client asks for, one request after the other, at random from a seed. One thread. */
final class Workload {
    private static final List<String> KEYS = List.of("a", "a/1", "b", "c", "d/1", "d/2", "d/3", "e");
    private static final long LEASE_SECONDS = 2;

    private final int client;
    private final SplittableRandom random;
    private final LongSupplier newest;
    private final int history;
    private long values;
    private long leases;

    /**
     * @param newest the newest revision that anybody was answered
     * @param history revisions that a compaction leaves at least
     */
    Workload(final int client, final long seed, final LongSupplier newest, final int history) {
        this.client = client;
        this.newest = newest;
        this.history = history;
        random = new SplittableRandom(seed * 100 + client);
    }

    Request next() {
        return Request.of(message());
    }

    private Message message() {
        final int kind = random.nextInt(100);
        if (kind < 35) {
            return put().build();
        }
        if (kind < 43) {
            return delete();
        }
        if (kind < 65) {
            return range();
        }
        if (kind < 85) {
            return txn(2, random.nextInt(KEYS.size()));
        }
        if (kind < 86) {
            return CompactionRequest.newBuilder()
                    .setRevision(Math.max(1, newest.getAsLong() - history - random.nextInt(200)))
                    .build();
        }
        return lease(kind);
    }

    private Message lease(final int kind) {
        if (leases == 0 || kind < 88) {
            leases++;
            return LeaseGrantRequest.newBuilder().setID(newestLease()).setTTL(LEASE_SECONDS).build();
        }
        if (kind < 93) {
            return put().setLease(newestLease()).build();
        }
        // An older one, too: it may be gone.
        final long lease = newestLease() - random.nextLong(Math.min(3, leases));
        if (kind < 96) {
            return LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        }
        return kind < 99
                ? LeaseTimeToLiveRequest.newBuilder().setID(lease).build()
                : LeaseRevokeRequest.newBuilder().setID(lease).build();
    }

    private long newestLease() {
        return (client + 1) * 1_000_000L + leases;
    }

    private ByteString key() {
        return bytes(KEYS.get(random.nextInt(KEYS.size())));
    }

    private PutRequest.Builder put() {
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(bytes("client " + client + " value " + values++))
                .setPrevKv(random.nextBoolean());
    }

    private DeleteRangeRequest delete() {
        final var delete = DeleteRangeRequest.newBuilder().setPrevKv(random.nextBoolean());
        return random.nextInt(3) == 0
                ? delete.setKey(bytes("d/")).setRangeEnd(bytes("d0")).build()
                : delete.setKey(key()).build();
    }

    private RangeRequest range() {
        final var range = RangeRequest.newBuilder().setSerializable(random.nextInt(3) == 0);
        if (random.nextInt(4) == 0) {
            range.setRevision(Math.max(1, newest.getAsLong() - random.nextInt(250)));
        }
        if (random.nextBoolean()) {
            return range.setKey(key()).build();
        }
        return range.setKey(bytes("a"))
                .setRangeEnd(bytes("f"))
                .setLimit(random.nextInt(5))
                .setCountOnly(random.nextInt(8) == 0)
                .setKeysOnly(random.nextInt(8) == 0)
                .build();
    }

    /** Each level changes a key of its own, so that no key is put twice. */
    private TxnRequest txn(final int depth, final int key) {
        final var txn = TxnRequest.newBuilder().addCompare(compare());
        final ByteString own = bytes(KEYS.get(key % KEYS.size()));
        txn.addSuccess(RequestOp.newBuilder().setRequestPut(put().setKey(own)));
        txn.addFailure(RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(own)));
        txn.addFailure(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(own)));
        if (depth > 0) {
            final RequestOp nested = RequestOp.newBuilder().setRequestTxn(txn(depth - 1, key + 1)).build();
            if (random.nextBoolean()) {
                txn.addSuccess(nested);
            } else {
                txn.addFailure(nested);
            }
        }
        txn.addSuccess(RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("c"))));
        return txn.build();
    }

    private Compare compare() {
        final var compare = Compare.newBuilder().setKey(key());
        return switch (random.nextInt(4)) {
            case 0 -> compare.setTarget(Compare.CompareTarget.VERSION)
                    .setResult(Compare.CompareResult.LESS)
                    .setVersion(1 + random.nextInt(6))
                    .build();
            case 1 -> compare.setTarget(Compare.CompareTarget.CREATE)
                    .setResult(Compare.CompareResult.EQUAL)
                    .setCreateRevision(0)
                    .build();
            case 2 -> compare.setTarget(Compare.CompareTarget.MOD)
                    .setResult(Compare.CompareResult.GREATER)
                    .setModRevision(Math.max(1, newest.getAsLong() - 10))
                    .build();
            default -> compare.setTarget(Compare.CompareTarget.VALUE)
                    .setResult(Compare.CompareResult.LESS)
                    .setValue(bytes("client 1 "))
                    .build();
        };
    }
}
