package io.drawbore.simulator;

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
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What clients want, drawn from a choice and from what they remember: over few keys, with values that are put once
 * only. One thread.
 */
final class Wishes {
    private static final List<String> KEYS = List.of("a", "a/1", "b", "c", "d/1", "d/2");
    /** Who put it holds the lock, until its lease ends. */
    static final ByteString LOCK = bytes("lock");

    private static final long FIRST_LEASE = 7_000;

    private final boolean withLeases;
    private final List<Long> leases = new ArrayList<>();

    Wishes(boolean withLeases) {
        this.withLeases = withLeases;
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /**
     * The request of a step.
     *
     * @param newest the newest revision that any client has seen
     * @param watched up to which the watch over everything has come; nothing above it is compacted
     */
    Message request(Step.Ask ask, long newest, long watched) {
        SplittableRandom random = new SplittableRandom(ask.choice());
        int of = random.nextInt(100);
        if (of < 30) {
            PutRequest.Builder put = put(random, ask.number());
            return random.nextInt(12) == 0
                    ? put.clearValue().setIgnoreValue(true).build()
                    : put.build();
        }
        if (of < 37) {
            return delete(random);
        }
        if (of < 58) {
            return range(random, newest);
        }
        if (of < 74) {
            return txn(random, ask.number(), newest);
        }
        if (of < 76) {
            return CompactionRequest.newBuilder()
                    .setRevision(Math.max(1, watched - random.nextInt(30)))
                    .setPhysical(random.nextBoolean())
                    .build();
        }
        return withLeases ? lease(random, ask.number()) : put(random, ask.number()).build();
    }

    /** The leases that clients have asked for, the newest last. */
    List<Long> leases() {
        return List.copyOf(leases);
    }

    private static ByteString key(SplittableRandom random) {
        return bytes(KEYS.get(random.nextInt(KEYS.size())));
    }

    private static PutRequest.Builder put(SplittableRandom random, int number) {
        return PutRequest.newBuilder()
                .setKey(key(random))
                .setValue(bytes("value " + number))
                .setPrevKv(random.nextBoolean());
    }

    private static DeleteRangeRequest delete(SplittableRandom random) {
        DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setPrevKv(random.nextBoolean());
        return random.nextInt(3) == 0
                ? delete.setKey(bytes("d/")).setRangeEnd(bytes("d0")).build()
                : delete.setKey(key(random)).build();
    }

    private static RangeRequest range(SplittableRandom random, long newest) {
        RangeRequest.Builder range = RangeRequest.newBuilder().setSerializable(random.nextInt(3) == 0);
        if (random.nextInt(4) == 0) {
            range.setRevision(Math.max(1, newest - random.nextInt(60)));
        }
        if (random.nextBoolean()) {
            return range.setKey(key(random)).build();
        }
        return range.setKey(bytes("a"))
                .setRangeEnd(bytes("z"))
                .setLimit(random.nextInt(5))
                .setCountOnly(random.nextInt(8) == 0)
                .setKeysOnly(random.nextInt(8) == 0)
                .build();
    }

    private static TxnRequest txn(SplittableRandom random, int number, long newest) {
        ByteString own = key(random);
        PutRequest.Builder put = put(random, number).setKey(own);
        RangeRequest.Builder some =
                RangeRequest.newBuilder().setKey(bytes("a")).setRangeEnd(bytes("c"));
        if (random.nextInt(4) == 0) {
            // may be compacted by the time it is done
            some.setRevision(Math.max(1, newest - random.nextInt(60)));
        }
        return TxnRequest.newBuilder()
                .addCompare(compare(random, newest))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                .addSuccess(RequestOp.newBuilder().setRequestRange(some))
                .addFailure(random.nextInt(3) == 0
                        ? RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(own))
                        : RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(own)))
                .build();
    }

    private static Compare compare(SplittableRandom random, long newest) {
        Compare.Builder compare = Compare.newBuilder().setKey(key(random));
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
                    .setModRevision(Math.max(1, newest - 10))
                    .build();
            default -> compare.setTarget(Compare.CompareTarget.VALUE)
                    .setResult(Compare.CompareResult.LESS)
                    .setValue(bytes("value 5"))
                    .build();
        };
    }

    private Message lease(SplittableRandom random, int number) {
        int of = random.nextInt(100);
        if (leases.isEmpty() || of < 20) {
            long id = FIRST_LEASE + number;
            leases.add(id);
            return LeaseGrantRequest.newBuilder().setID(id).setTTL(2 + random.nextInt(6)).build();
        }
        // mostly a young one; an old one may be gone
        int back = Math.min(leases.size() - 1, random.nextInt(random.nextInt(4) == 0 ? leases.size() : 3));
        long lease = leases.get(leases.size() - 1 - back);
        if (of < 35) {
            return put(random, number).setLease(lease).build();
        }
        if (of < 65) {
            return LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        }
        if (of < 72) {
            return LeaseTimeToLiveRequest.newBuilder().setID(lease).setKeys(random.nextBoolean()).build();
        }
        return of < 80
                ? LeaseRevokeRequest.newBuilder().setID(lease).build()
                : lock(lease, number);
    }

    /** Takes the lock for as long as a lease lives, or says who has it. */
    static TxnRequest lock(long lease, int number) {
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(LOCK)
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setResult(Compare.CompareResult.EQUAL)
                        .setCreateRevision(0))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(LOCK)
                                .setValue(bytes("value " + number))
                                .setLease(lease)))
                .addFailure(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(LOCK)))
                .build();
    }

    /** All keys, with what was there before, from the first revision on. */
    static WatchCreateRequest everything() {
        return WatchCreateRequest.newBuilder()
                .setKey(ByteString.copyFrom(new byte[1]))
                .setRangeEnd(ByteString.copyFrom(new byte[1]))
                .setStartRevision(1)
                .setPrevKv(true)
                .setProgressNotify(true)
                .build();
    }

    /** The watch of a step. */
    static WatchCreateRequest watch(long choice, long newest) {
        SplittableRandom random = new SplittableRandom(choice);
        WatchCreateRequest.Builder watch = WatchCreateRequest.newBuilder()
                .setPrevKv(random.nextBoolean())
                .setProgressNotify(random.nextBoolean())
                .setFragment(random.nextInt(4) == 0);
        if (random.nextBoolean()) {
            watch.setKey(key(random));
        } else {
            watch.setKey(bytes("a")).setRangeEnd(bytes(random.nextBoolean() ? "c" : "z"));
        }
        switch (random.nextInt(4)) {
            case 0 -> watch.setStartRevision(Math.max(1, newest - random.nextInt(50)));
            case 1 -> watch.setStartRevision(newest + 1 + random.nextInt(5));
            default -> { }
        }
        switch (random.nextInt(6)) {
            case 0 -> watch.addFilters(WatchCreateRequest.FilterType.NODELETE);
            case 1 -> watch.addFilters(WatchCreateRequest.FilterType.NOPUT);
            default -> { }
        }
        return watch.build();
    }
}
