package io.drawbore.testkit.history;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.CompactionRequest;
import io.drawbore.proto.etcdserverpb.CompactionResponse;
import io.drawbore.proto.etcdserverpb.Compare;
import io.drawbore.proto.etcdserverpb.DeleteRangeRequest;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantRequest;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveRequest;
import io.drawbore.proto.etcdserverpb.LeaseKeepAliveResponse;
import io.drawbore.proto.etcdserverpb.LeaseRevokeRequest;
import io.drawbore.proto.etcdserverpb.LeaseRevokeResponse;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.RequestOp;
import io.drawbore.proto.etcdserverpb.ResponseHeader;
import io.drawbore.proto.etcdserverpb.TxnRequest;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest;
import io.drawbore.proto.etcdserverpb.WatchCreateRequest.FilterType;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A right history from a seed: one store does one request after the other, at some time between its call and its
 * return; some returns get lost, some requests too, and some of those are done much later.
 */
final class GeneratedHistory {
    private static final int CLIENTS = 6;
    private static final long LEASE_SECONDS = 5;
    private static final List<String> KEYS = List.of("a", "b", "c", "d/1", "d/2", "e");

    private final SplittableRandom random;
    private final Recording recording = new Recording();
    private final Timeline timeline = new Timeline();
    private final Replay replay = new Replay(timeline);
    private final List<Optional<Pending>> clients = new ArrayList<>();
    private final List<Pending> adrift = new ArrayList<>();
    private final List<Watching> watches = new ArrayList<>();
    /** When each lease that lives ends. */
    private final TreeMap<Long, Long> leases = new TreeMap<>();
    private long time;
    private long compacted;
    private long nextLease = 1;
    private int values;

    /** A call under way, with its answer once it is done; a refusal is an error. */
    private record Pending(int operation, Request request, Optional<Message> answer, Optional<EtcdError> error) {
        boolean isDone() {
            return answer.isPresent() || error.isPresent();
        }
    }

    /** A watch and the next revision for it. */
    private static final class Watching {
        private int number;
        private WatchCreateRequest request;
        private Watched filter;
        private long next;

        Watching(int number, WatchCreateRequest request) {
            begin(number, request);
        }

        private void begin(int opened, WatchCreateRequest asked) {
            number = opened;
            request = asked;
            next = asked.getStartRevision();
            filter = new Watched(new Watch(opened, 0, 0, asked, java.util.OptionalInt.empty(), List.of()));
        }
    }

    GeneratedHistory(long seed, int steps) {
        random = new SplittableRandom(seed);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Optional.empty());
        }
        watch(WatchCreateRequest.newBuilder().setKey(bytes("\0")).setRangeEnd(bytes("\0")).setPrevKv(true));
        watch(WatchCreateRequest.newBuilder().setKey(bytes("d/")).setRangeEnd(bytes("d0")));
        watch(WatchCreateRequest.newBuilder()
                .setKey(bytes("a"))
                .setRangeEnd(bytes("c"))
                .addFilters(FilterType.NODELETE));
        for (int i = 0; i < steps; i++) {
            step();
        }
        finish();
    }

    History history() {
        return recording.history();
    }

    /** What really happened. */
    Timeline timeline() {
        return timeline;
    }

    private void step() {
        time += 1 + random.nextLong(TimeUnit.MILLISECONDS.toNanos(200));
        endLeases();
        int client = random.nextInt(CLIENTS);
        clients.set(client, proceed(client, clients.get(client)));
        if (!adrift.isEmpty() && random.nextInt(20) == 0) {
            perform(adrift.remove(random.nextInt(adrift.size())));
        }
        if (random.nextInt(4) == 0) {
            serve(watches.get(random.nextInt(watches.size())));
        }
    }

    /** Everything comes to its end, and the watch over all keys to the newest revision. */
    private void finish() {
        for (int client = 0; client < CLIENTS; client++) {
            while (clients.get(client).isPresent()) {
                time++;
                clients.set(client, proceed(client, clients.get(client)));
            }
        }
        time++;
        watches.forEach(watching -> deliver(watching, timeline.revision()));
    }

    private Optional<Pending> proceed(int client, Optional<Pending> under) {
        if (under.isEmpty()) {
            Request request = Request.of(request());
            return Optional.of(new Pending(
                    recording.call(client, time, request), request, Optional.empty(), Optional.empty()));
        }
        Pending pending = under.get();
        boolean lost = random.nextInt(30) == 0 && !(pending.request() instanceof Request.Grant);
        if (!pending.isDone()) {
            if (lost) {
                adrift.add(pending);
                return Optional.empty();
            }
            return Optional.of(perform(pending));
        }
        if (!lost) {
            pending.answer().ifPresent(answer -> recording.answer(pending.operation(), time, Response.of(answer)));
            pending.error().ifPresent(error -> recording.refuse(pending.operation(), time, error.text()));
        }
        return Optional.empty();
    }

    private Message request() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> put();
            case 4 -> delete();
            case 5, 6, 7 -> txn();
            case 8 -> CompactionRequest.newBuilder()
                    .setRevision(Math.max(1, timeline.revision() - random.nextInt(30)))
                    .build();
            case 9 -> LeaseGrantRequest.newBuilder().setTTL(LEASE_SECONDS).setID(nextLease++).build();
            case 10, 11 -> LeaseKeepAliveRequest.newBuilder().setID(lease()).build();
            case 12 -> random.nextInt(3) == 0
                    ? LeaseRevokeRequest.newBuilder().setID(lease()).build()
                    : range();
            default -> range();
        };
    }

    private long lease() {
        return 1 + Math.max(0, nextLease - 2 - random.nextInt(3));
    }

    private String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder()
                .setKey(bytes(key()))
                .setValue(bytes("v" + values++))
                .setPrevKv(random.nextBoolean());
        if (!leases.isEmpty() && random.nextInt(3) == 0) {
            put.setLease(leases.lastKey());
        }
        return put.build();
    }

    private DeleteRangeRequest delete() {
        DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setPrevKv(random.nextBoolean());
        return random.nextInt(3) == 0
                ? delete.setKey(bytes("d/")).setRangeEnd(bytes("d0")).build()
                : delete.setKey(bytes(key())).build();
    }

    private RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder().setSerializable(random.nextInt(4) == 0);
        if (random.nextInt(3) == 0) {
            range.setRevision(1 + random.nextLong(timeline.revision()));
        }
        if (random.nextBoolean()) {
            return range.setKey(bytes(key())).build();
        }
        return range.setKey(bytes("a")).setRangeEnd(bytes("\0")).setLimit(random.nextInt(4))
                .setCountOnly(random.nextInt(6) == 0).build();
    }

    private TxnRequest txn() {
        String key = key();
        String other = KEYS.get((KEYS.indexOf(key) + 1) % KEYS.size());
        return TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(bytes(key))
                        .setTarget(Compare.CompareTarget.VERSION)
                        .setResult(Compare.CompareResult.LESS)
                        .setVersion(1 + random.nextInt(4)))
                .addSuccess(RequestOp.newBuilder().setRequestPut(put().toBuilder().setKey(bytes(key)).clearLease()))
                .addSuccess(RequestOp.newBuilder()
                        .setRequestTxn(TxnRequest.newBuilder()
                                .addSuccess(RequestOp.newBuilder()
                                        .setRequestPut(put().toBuilder().setKey(bytes(other)).clearLease()))))
                .addSuccess(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(other))))
                .addFailure(RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(bytes(key))))
                .addFailure(RequestOp.newBuilder()
                        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(bytes(key))))
                .build();
    }

    private Pending perform(Pending pending) {
        return switch (pending.request()) {
            case Request.Compact compact -> compact(pending, compact.message().getRevision());
            case Request.Grant grant -> {
                leases.put(grant.message().getID(), time + TimeUnit.SECONDS.toNanos(LEASE_SECONDS));
                yield done(pending, LeaseGrantResponse.newBuilder()
                        .setID(grant.message().getID())
                        .setTTL(LEASE_SECONDS)
                        .setHeader(header(timeline.revision()))
                        .build());
            }
            case Request.KeepAlive renewal -> renew(pending, renewal.message().getID());
            case Request.Revoke revoke -> {
                if (leases.remove(revoke.message().getID()) == null) {
                    yield refused(pending, EtcdError.LEASE_NOT_FOUND);
                }
                yield done(pending, apply(pending.request()));
            }
            case Request.Put put -> put.message().getLease() != 0 && !leases.containsKey(put.message().getLease())
                    ? refused(pending, EtcdError.LEASE_NOT_FOUND)
                    : done(pending, apply(pending.request()));
            case Request.Range range -> range(pending, range.message());
            case Request.DeleteRange _, Request.Txn _, Request.TimeToLive _ -> done(pending, apply(pending.request()));
        };
    }

    private static Pending done(Pending pending, Message answer) {
        return new Pending(pending.operation(), pending.request(), Optional.of(answer), Optional.empty());
    }

    private static Pending refused(Pending pending, EtcdError error) {
        return new Pending(pending.operation(), pending.request(), Optional.empty(), Optional.of(error));
    }

    private Pending compact(Pending pending, long revision) {
        if (revision <= compacted) {
            return refused(pending, EtcdError.COMPACTED);
        }
        compacted = revision;
        return done(pending, CompactionResponse.newBuilder().setHeader(header(timeline.revision())).build());
    }

    private Pending renew(Pending pending, long lease) {
        boolean alive = leases.containsKey(lease);
        if (alive) {
            leases.put(lease, time + TimeUnit.SECONDS.toNanos(LEASE_SECONDS));
        }
        return done(pending, LeaseKeepAliveResponse.newBuilder()
                .setID(lease)
                .setTTL(alive ? LEASE_SECONDS : 0)
                .setHeader(header(timeline.revision()))
                .build());
    }

    private Pending range(Pending pending, RangeRequest request) {
        if (request.getRevision() > 0 && request.getRevision() < compacted) {
            return refused(pending, EtcdError.COMPACTED);
        }
        long behind = request.getSerializable() ? random.nextInt(4) : 0;
        long revision = Math.max(Math.max(1, request.getRevision()), timeline.revision() - behind);
        RangeRequest asked = request.getRevision() > 0
                ? request
                : request.toBuilder().setRevision(revision).build();
        RangeResponse answer = (RangeResponse) replay.apply(new Request.Range(asked));
        return done(pending, answer.toBuilder().setHeader(header(revision)).build());
    }

    private Message apply(Request request) {
        Message answer = replay.apply(request);
        timeline.keep();
        ResponseHeader header = header(timeline.revision());
        return switch (answer) {
            case PutResponse put -> put.toBuilder().setHeader(header).build();
            case DeleteRangeResponse delete -> delete.toBuilder().setHeader(header).build();
            case TxnResponse txn -> txn.toBuilder().setHeader(header).build();
            case LeaseRevokeResponse revoked -> revoked.toBuilder().setHeader(header).build();
            default -> throw new IllegalStateException("" + answer);
        };
    }

    private void endLeases() {
        List<Long> ended = leases.entrySet().stream()
                .filter(lease -> lease.getValue() < time)
                .map(java.util.Map.Entry::getKey)
                .toList();
        for (long lease : ended) {
            leases.remove(lease);
            replay.end(lease);
            timeline.keep();
        }
    }

    private void watch(WatchCreateRequest.Builder request) {
        WatchCreateRequest asked = request.setStartRevision(timeline.revision() + 1).build();
        Watching watching = new Watching(recording.watch(100 + watches.size(), time, asked), asked);
        watches.add(watching);
        confirm(watching);
    }

    private void confirm(Watching watching) {
        recording.receive(
                watching.number, time,
                WatchResponse.newBuilder().setHeader(header(timeline.revision())).setCreated(true).build());
    }

    private void serve(Watching watching) {
        int kind = random.nextInt(10);
        if (kind == 0 && watching != watches.getFirst()) {
            cut(watching);
        } else if (kind < 3) {
            deliver(watching, timeline.revision());
            recording.receive(
                    watching.number, time,
                    WatchResponse.newBuilder().setHeader(header(timeline.revision())).build());
        } else {
            deliver(watching, Math.min(timeline.revision(), watching.next + random.nextInt(5)));
        }
    }

    /** The stream breaks; the client goes on at its cursor, which may be behind what was matched for it. */
    private void cut(Watching watching) {
        long cursor = recording.cursor(watching.number);
        if (cursor + 1 < compacted) {
            return;
        }
        WatchCreateRequest request = watching.request.toBuilder().setStartRevision(cursor + 1).build();
        watching.begin(recording.resume(watching.number, time, request), request);
        confirm(watching);
    }

    private void deliver(Watching watching, long through) {
        List<Event> events = new ArrayList<>();
        for (; watching.next <= through; watching.next++) {
            for (Event event : watching.filter.asked(timeline.changes(watching.next))) {
                events.add(watching.request.getPrevKv() ? event : Watched.bare(event));
            }
        }
        if (!events.isEmpty()) {
            recording.receive(
                    watching.number, time,
                    WatchResponse.newBuilder().setHeader(header(timeline.revision())).addAllEvents(events).build());
        }
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ResponseHeader header(long revision) {
        return Story.header(revision);
    }
}
