package io.drawbore.server;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A scripted client that sends one request at a time: request n, from 1, is the same in every run.
 *
 * @param seed which script
 * @param requests how many it has
 */
record CrashScript(long seed, int requests) {
    /** Keys that only transactions write, all of them at once and with one value. */
    static final String TOGETHER = "together/";

    /** Each of these compacts, to a third of its number, which revisions have passed then; unless it is of leases. */
    private static final int COMPACT_EVERY = 9;

    private static final int KEYS = 6;
    private static final int LARGE = 900;

    /** Requests after which leases begin anew: one is granted, keys hang on it, and every other one is revoked. */
    private static final int LEASE_ROUND = 8;

    private static final int GRANT = 2;
    private static final int HANG = 4;
    private static final int REVOKE = 7;
    private static final long LEASE_SECONDS = 3_600;

    /** Sends a request; answers the revision of its acknowledgement. */
    CompletableFuture<Long> send(MemberServer member, int n) {
        if (speaksOfLeases(n)) {
            return lease(member, n);
        }
        if (n % COMPACT_EVERY == 0) {
            return compact(member, n / 3);
        }
        Random random = new Random(seed * 1_000_003 + n);
        String key = "k" + random.nextInt(KEYS);
        return switch (random.nextInt(7)) {
            case 0 ->
                member.deleteRange(DeleteRangeRequest.newBuilder().setKey(utf8(key)).build(), Caller.SELF)
                        .thenApply(answer -> answer.getHeader().getRevision());
            case 1, 2 -> together(member, TOGETHER, n);
            case 3 -> put(member, key, n + " " + "x".repeat(random.nextInt(LARGE)));
            default -> put(member, key, Integer.toString(n));
        };
    }

    private static boolean speaksOfLeases(int n) {
        int step = n % LEASE_ROUND;
        return step == GRANT || step == HANG || (step == REVOKE && n / LEASE_ROUND % 2 == 0);
    }

    private static CompletableFuture<Long> lease(MemberServer member, int n) {
        int step = n % LEASE_ROUND;
        long id = n - step + GRANT;
        return switch (step) {
            case GRANT ->
                member.leaseGrant(
                                LeaseGrantRequest.newBuilder().setID(id).setTTL(LEASE_SECONDS).build(), Caller.SELF)
                        .thenApply(answer -> answer.getHeader().getRevision());
            case HANG -> together(member, "leased/", n, id);
            default ->
                member.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(id).build(), Caller.SELF)
                        .thenApply(answer -> answer.getHeader().getRevision());
        };
    }

    private static CompletableFuture<Long> compact(MemberServer member, long revision) {
        return member.compact(CompactionRequest.newBuilder().setRevision(revision).build(), Caller.SELF)
                .thenApply(answer -> answer.getHeader().getRevision());
    }

    private static CompletableFuture<Long> put(MemberServer member, String key, String value) {
        return member.put(TestMember.putRequest(key, value), Caller.SELF)
                .thenApply(answer -> answer.getHeader().getRevision());
    }

    /** Puts a number under two keys in one transaction; answers its revision. */
    static CompletableFuture<Long> together(MemberServer member, String prefix, int n) {
        return together(member, prefix, n, 0);
    }

    private static CompletableFuture<Long> together(MemberServer member, String prefix, int n, long lease) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (String key : new String[] {"a", "b"}) {
            PutRequest put = TestMember.putRequest(prefix + key, Integer.toString(n)).toBuilder()
                    .setLease(lease)
                    .build();
            txn.addSuccess(RequestOp.newBuilder().setRequestPut(put));
        }
        return member.txn(txn.build(), Caller.SELF).thenApply(answer -> answer.getHeader().getRevision());
    }

    private static ByteString utf8(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
