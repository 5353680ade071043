package io.drawbore.testkit.history;

import com.google.protobuf.Message;
import io.drawbore.api.EtcdError;
import io.drawbore.proto.etcdserverpb.DeleteRangeResponse;
import io.drawbore.proto.etcdserverpb.LeaseGrantResponse;
import io.drawbore.proto.etcdserverpb.PutResponse;
import io.drawbore.proto.etcdserverpb.RangeResponse;
import io.drawbore.proto.etcdserverpb.TxnResponse;
import io.drawbore.proto.etcdserverpb.WatchResponse;
import io.drawbore.proto.mvccpb.Event;
import io.drawbore.proto.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;

/** A way to break a history that was right. Each answers nothing where the history has no place for it. */
enum Mutation {
    A_READ_LOSES_A_KEY(m -> m.answer(
            m::foundSomething,
            (RangeResponse found) -> found.toBuilder().removeKvs(0).setCount(found.getCount() - 1).build())),
    A_READ_HAS_ANOTHER_VALUE(m -> m.answer(
            m::foundSomething,
            (RangeResponse found) -> found.toBuilder().setKvs(0, other(found.getKvs(0))).build())),
    A_READ_IS_STALE(Mutation::stale),
    A_READ_KNOWS_THE_FUTURE(m -> m.answer(
            operation -> operation.request() instanceof Request.Range,
            (RangeResponse found) -> found.toBuilder().setHeader(Story.header(m.newest() + 1_000)).build())),
    A_COUNT_IS_WRONG(m -> m.answer(
            operation -> operation.request() instanceof Request.Range,
            (RangeResponse found) -> found.toBuilder().setCount(found.getCount() + 1).build())),
    TWO_WRITES_CLAIM_ONE_REVISION(m -> m.answer(
            operation -> operation.request() instanceof Request.Put,
            (PutResponse put) -> put.toBuilder()
                    .setHeader(Story.header(m.otherClaim(put.getHeader().getRevision())))
                    .build())),
    A_PREVIOUS_VALUE_IS_WRONG(m -> m.answer(
            operation -> operation.request() instanceof Request.Put && shows(operation),
            (PutResponse put) -> put.toBuilder().setPrevKv(other(put.getPrevKv())).build())),
    A_PREVIOUS_VALUE_IS_MISSING(m -> m.answer(
            operation -> operation.request() instanceof Request.Put && shows(operation),
            (PutResponse put) -> put.toBuilder().clearPrevKv().build())),
    A_DELETE_COUNTS_ONE_MORE(m -> m.answer(
            operation -> operation.request() instanceof Request.DeleteRange && Answers.wrote(response(operation)),
            (DeleteRangeResponse deleted) -> deleted.toBuilder().setDeleted(deleted.getDeleted() + 1).build())),
    A_TXN_SAYS_THE_OTHER_BRANCH(m -> m.answer(
            operation -> operation.request() instanceof Request.Txn,
            (TxnResponse txn) -> txn.toBuilder().setSucceeded(!txn.getSucceeded()).build())),
    A_DONE_WRITE_IS_REFUSED(m -> m.replace(
            operation -> operation.request() instanceof Request.Put && operation.response().isPresent(),
            operation -> new Outcome.Refused(operation.returned().orElseThrow(), EtcdError.NO_SPACE.text()))),
    A_READ_IS_REFUSED_AS_COMPACTED(m -> m.replace(
            operation -> operation.request() instanceof Request.Range range
                    && range.message().getRevision() > 0 && range.message().getRevision() >= m.compacted(operation),
            operation -> new Outcome.Refused(operation.returned().orElseThrow(), EtcdError.COMPACTED.text()))),
    A_LEASE_WAS_GRANTED_FOR_LONGER(m -> m.answer(
            m::hasEnded,
            (LeaseGrantResponse granted) -> granted.toBuilder().setTTL(1_000_000).build())),
    A_WATCH_MISSES_AN_EVENT(m -> m.watch(m::hasMore, responses -> m.event(responses, event -> List.of()))),
    A_WATCH_REPEATS_AN_EVENT(m -> m.watch(
            m::hasMore, responses -> m.event(responses, event -> List.of(event, event)))),
    A_WATCH_SHOWS_ANOTHER_VALUE(m -> m.watch(
            m::hasMore,
            responses -> m.event(
                    responses, event -> List.of(event.toBuilder().setKv(other(event.getKv())).build())))),
    A_WATCH_SHOWS_ANOTHER_PREVIOUS_VALUE(m -> m.watch(
            responses -> m.hasMore(responses) && m.claimed(responses).anyMatch(Event::hasPrevKv),
            responses -> m.event(
                    responses, event -> List.of(event.toBuilder().setPrevKv(other(event.getPrevKv())).build())))),
    A_WATCH_IS_REORDERED(m -> m.watch(m::hasTwoWithEvents, Mutation::swapped)),
    A_WATCH_REPEATS_A_RESPONSE(m -> m.watch(m::hasMore, Mutation::repeated)),
    A_WATCH_SPLITS_A_REVISION(m -> m.watch(m::hasSplittable, Mutation::split)),
    A_PROGRESS_REPORT_IS_AHEAD(m -> m.watch(m::hasMore, responses -> ahead(responses)));

    private final Function<Draw, Optional<History>> way;

    Mutation(Function<Draw, Optional<History>> way) {
        this.way = way;
    }

    Optional<History> of(GeneratedHistory generated, long seed) {
        return way.apply(new Draw(generated, new SplittableRandom(seed * 31 + ordinal())));
    }

    /** One attempt: draws the place from the seed. */
    private static final class Draw {
        private final History history;
        private final Timeline truth;
        private final SplittableRandom random;
        private final Set<Long> claims = new HashSet<>();

        Draw(GeneratedHistory generated, SplittableRandom random) {
            history = generated.history();
            truth = generated.timeline();
            this.random = random;
            for (Operation operation : history.operations()) {
                operation.response().filter(Answers::wrote).ifPresent(response -> claims.add(response.revision()));
            }
        }

        long newest() {
            return truth.revision();
        }

        /** What may have been compacted when an operation returned. */
        long compacted(Operation operation) {
            return new CompactionCheck(history, new Sightings(history)).possible(operation.returned().orElseThrow());
        }

        long otherClaim(long revision) {
            return claims.stream().filter(claim -> claim != revision).sorted().findFirst().orElse(newest() + 1_000);
        }

        boolean foundSomething(Operation operation) {
            return operation.response().orElse(null) instanceof Response.Range range
                    && range.message().getKvsCount() > 0;
        }

        /** A lease with a key that was seen to vanish, and nobody revoked it. */
        boolean hasEnded(Operation operation) {
            if (!(operation.response().orElse(null) instanceof Response.Grant granted)) {
                return false;
            }
            long lease = granted.message().getID();
            boolean revoked = history.operations().stream()
                    .anyMatch(other -> other.request() instanceof Request.Revoke revoke
                            && revoke.message().getID() == lease);
            // That it was not found later says so as clearly as a key.
            return !revoked && history.operations().stream()
                    .anyMatch(other -> other.response().orElse(null) instanceof Response.KeepAlive renewal
                            && renewal.message().getID() == lease && renewal.message().getTTL() == 0
                            && other.call() > operation.returned().orElseThrow());
        }

        @SuppressWarnings("unchecked")
        <M extends Message> Optional<History> answer(Predicate<Operation> where, Function<M, M> change) {
            return replace(
                    operation -> operation.response().isPresent() && where.test(operation),
                    operation -> new Outcome.Answered(
                            operation.returned().orElseThrow(),
                            Response.of(change.apply((M) response(operation).message()))));
        }

        Optional<History> replace(Predicate<Operation> where, Function<Operation, Outcome> change) {
            List<Operation> places = history.operations().stream()
                    .filter(operation -> !operation.isUnknown() && where.test(operation))
                    .toList();
            return places.isEmpty()
                    ? Optional.empty()
                    : Optional.of(replaced(places.get(random.nextInt(places.size())), change));
        }

        private History replaced(Operation place, Function<Operation, Outcome> change) {
            List<Operation> operations = new ArrayList<>(history.operations());
            operations.set(
                    place.number(),
                    new Operation(
                            place.number(), place.client(), place.call(), place.request(), change.apply(place)));
            return new History(operations, history.watches());
        }

        Optional<History> watch(
                Predicate<List<Watch.Received>> where, Function<List<Watch.Received>, List<Watch.Received>> change) {
            List<Watch> places =
                    history.watches().stream().filter(watch -> where.test(watch.responses())).toList();
            if (places.isEmpty()) {
                return Optional.empty();
            }
            Watch place = places.get(random.nextInt(places.size()));
            List<Watch> watches = new ArrayList<>(history.watches());
            watches.set(
                    place.number(),
                    new Watch(
                            place.number(), place.client(), place.created(), place.request(), place.resumes(),
                            change.apply(place.responses())));
            return Optional.of(new History(history.operations(), watches));
        }

        /** Events of revisions that a write claims: nobody else can have made them. */
        java.util.stream.Stream<Event> claimed(List<Watch.Received> responses) {
            return responses.stream()
                    .flatMap(received -> received.response().getEventsList().stream())
                    .filter(event -> claims.contains(event.getKv().getModRevision()));
        }

        /** There is such an event, and one of another revision comes later. */
        boolean hasMore(List<Watch.Received> responses) {
            long last = responses.stream()
                    .flatMap(received -> received.response().getEventsList().stream())
                    .mapToLong(event -> event.getKv().getModRevision())
                    .max()
                    .orElse(0);
            return claimed(responses).anyMatch(event -> event.getKv().getModRevision() < last);
        }

        boolean hasTwoWithEvents(List<Watch.Received> responses) {
            return responses.stream().filter(received -> received.response().getEventsCount() > 0).count() > 1;
        }

        boolean hasSplittable(List<Watch.Received> responses) {
            return splittable(responses) >= 0;
        }

        /** Puts something in the place of one event of a claimed revision that is not the last. */
        List<Watch.Received> event(List<Watch.Received> responses, Function<Event, List<Event>> change) {
            boolean previous = change.apply(Event.newBuilder().setKv(KeyValue.getDefaultInstance()).build()).stream()
                    .anyMatch(Event::hasPrevKv);
            List<Event> places = claimed(responses)
                    .filter(event -> event.hasPrevKv() || !previous)
                    .toList();
            // The last may be missed rightly, unless that was the draw of a value.
            Event place = places.get(random.nextInt(Math.max(1, places.size() - 4)));
            List<Watch.Received> changed = new ArrayList<>();
            for (Watch.Received received : responses) {
                WatchResponse.Builder response = received.response().toBuilder().clearEvents();
                for (Event event : received.response().getEventsList()) {
                    response.addAllEvents(event == place ? change.apply(event) : List.of(event));
                }
                boolean emptied = received.response().getEventsCount() > 0 && response.getEventsCount() == 0;
                if (!emptied) {
                    changed.add(new Watch.Received(received.at(), response.build()));
                }
            }
            return changed;
        }
    }

    /** The answer of a revision before, though the newer one had been seen before the call. */
    private static Optional<History> stale(Draw draw) {
        Sightings sightings = new Sightings(draw.history);
        return draw.answer(
                operation -> operation.request() instanceof Request.Range && !Answers.mayBeOld(operation.request())
                        && response(operation).revision() > 2
                        && sightings.before(operation.call())
                                .map(seen -> seen.revision() >= response(operation).revision())
                                .orElse(false),
                (RangeResponse found) -> found.toBuilder()
                        .setHeader(Story.header(found.getHeader().getRevision() - 1))
                        .build());
    }

    private static Response response(Operation operation) {
        return operation.response().orElseThrow();
    }

    private static boolean shows(Operation operation) {
        return operation.response().orElse(null) instanceof Response.Put put && put.message().hasPrevKv();
    }

    private static KeyValue other(KeyValue kv) {
        return kv.toBuilder().setValue(Story.bytes("never put")).setVersion(kv.getVersion() + 1).build();
    }

    private static List<Watch.Received> swapped(List<Watch.Received> responses) {
        List<Watch.Received> changed = new ArrayList<>(responses);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < responses.size(); i++) {
            if (responses.get(i).response().getEventsCount() > 0) {
                places.add(i);
            }
        }
        int first = places.getFirst();
        int second = places.get(1);
        changed.set(first, new Watch.Received(responses.get(second).at(), responses.get(second).response()));
        changed.set(second, new Watch.Received(responses.get(second).at(), responses.get(first).response()));
        return changed;
    }

    private static List<Watch.Received> repeated(List<Watch.Received> responses) {
        List<Watch.Received> changed = new ArrayList<>(responses);
        Watch.Received place = responses.stream()
                .filter(received -> received.response().getEventsCount() > 0)
                .findFirst()
                .orElseThrow();
        changed.add(new Watch.Received(responses.getLast().at(), place.response()));
        return changed;
    }

    /** The first response with two events of one revision that both are of it; -1 for none. */
    private static int splittable(List<Watch.Received> responses) {
        for (int i = 0; i < responses.size(); i++) {
            List<Event> events = responses.get(i).response().getEventsList();
            for (int j = 1; j < events.size(); j++) {
                if (events.get(j).getKv().getModRevision() == events.get(j - 1).getKv().getModRevision()) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static List<Watch.Received> split(List<Watch.Received> responses) {
        List<Watch.Received> changed = new ArrayList<>(responses);
        int place = splittable(responses);
        Watch.Received received = responses.get(place);
        List<Event> events = received.response().getEventsList();
        int at = 1;
        while (events.get(at).getKv().getModRevision() != events.get(at - 1).getKv().getModRevision()) {
            at++;
        }
        changed.set(place, part(received, events.subList(0, at)));
        changed.add(place + 1, part(received, events.subList(at, events.size())));
        return changed;
    }

    private static Watch.Received part(Watch.Received whole, List<Event> events) {
        return new Watch.Received(
                whole.at(), whole.response().toBuilder().clearEvents().addAllEvents(events).build());
    }

    /** Reports, before its first events, the progress that comes with them. */
    private static List<Watch.Received> ahead(List<Watch.Received> responses) {
        List<Watch.Received> changed = new ArrayList<>(responses);
        for (int i = 0; i < responses.size(); i++) {
            WatchResponse response = responses.get(i).response();
            if (response.getEventsCount() > 0) {
                changed.add(i, new Watch.Received(
                        responses.get(i).at(), WatchResponse.newBuilder().setHeader(response.getHeader()).build()));
                return changed;
            }
        }
        throw new IllegalStateException("no events");
    }
}
