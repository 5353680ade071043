package io.drawbore.simulator;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.server.MemberServer;
import io.drawbore.testkit.simulation.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The network between machines: a message arrives later, twice, after one that was sent after it, or not at all. What
 * it does to messages can be changed at any time, for those that are sent from then on. A proposal that is sent on to
 * the leader never arrives twice: members speak over streams that don't do that, and it would be done twice.
 */
public final class Network {
    /**
     * How it treats messages.
     *
     * @param least the shortest time a message takes
     * @param most the longest
     * @param loss how many of all messages get lost, 0 to 1
     * @param doubled how many arrive twice, 0 to 1
     */
    public record Weather(Duration least, Duration most, double loss, double doubled) {
        /** Nothing gets lost, and nothing takes longer than in one building. */
        public static final Weather FAIR = new Weather(Duration.ofNanos(50_000), Duration.ofNanos(500_000), 0, 0);
    }

    /** A direction between two machines. */
    private record Link(long from, long to) {}

    /** After which one who asked hears that a connection is broken. */
    private static final Duration LOST = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final RandomGenerator random;
    private final Trace trace;
    private final Map<Long, Consumer<Message>> receivers = new HashMap<>();
    private final Map<Long, MemberServer> servers = new HashMap<>();
    private final Map<Long, Long> connectedAt = new HashMap<>();
    private final Set<Link> cut = new HashSet<>();
    private final SnapshotPost post;

    /** How often the messages under way on a link were lost. */
    private final Map<Link, Integer> breaks = new HashMap<>();
    private final List<Message> kept = new ArrayList<>();
    private Predicate<Message> keeps = _ -> false;
    private Weather weather = Weather.FAIR;

    /** A network without machines. */
    public Network(Schedule schedule, RandomGenerator random, Trace trace) {
        this.schedule = schedule;
        this.random = random;
        this.trace = trace;
        this.post = new SnapshotPost(schedule, this);
    }

    /** Carries snapshots over the same cables. */
    public SnapshotPost post() {
        return post;
    }

    /** From now on messages to this machine go to a receiver, in place of the one before. */
    public void connect(long id, Consumer<Message> receiver) {
        receivers.put(id, receiver);
        connectedAt.put(id, schedule.now());
    }

    /** From now on this machine's member answers what others {@link #ask}. */
    public void serve(MemberServer server) {
        servers.put(server.identity().memberId(), server);
    }

    /** Nobody receives messages to this machine any more. */
    public void disconnect(long id) {
        receivers.remove(id);
        servers.remove(id);
    }

    /** Changes how messages are treated. */
    public void weather(Weather now) {
        weather = now;
    }

    /** Nothing that is sent from one machine to another gets there; the other direction is not touched. */
    public void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    /** Whether nothing gets from one machine to another. */
    public boolean isCut(long from, long to) {
        return cut.contains(new Link(from, to));
    }

    /** What is under way from one machine to another is lost; what is sent from now on is not touched. */
    public void lose(long from, long to) {
        breaks.merge(new Link(from, to), 1, Integer::sum);
    }

    /**
     * Messages of a kind that would arrive from now on stay under way. What was kept and is not of that kind arrives
     * now, in the order in which it would have.
     */
    public void keep(Predicate<Message> kind) {
        keeps = kind;
        List<Message> before = List.copyOf(kept);
        kept.clear();
        before.forEach(this::arrive);
    }

    /** Nothing is kept any more. */
    public void letGo() {
        keep(_ -> false);
    }

    /** All directions are open again. */
    public void heal() {
        cut.clear();
    }

    /** Since when two machines have both been up, where they reach each other; else empty. */
    public OptionalLong reachableSince(long one, long other) {
        boolean up = receivers.containsKey(one) && receivers.containsKey(other);
        if (!up || cut.contains(new Link(one, other)) || cut.contains(new Link(other, one))) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(connectedAt.getOrDefault(one, 0L), connectedAt.getOrDefault(other, 0L)));
    }

    /** Asks another machine's member something. Where one of the two ways is cut, nobody knows what became of it. */
    public <T> CompletableFuture<T> ask(long from, long to, Function<MemberServer, CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        travel(from, to, answer, () -> {
            MemberServer asked = servers.get(to);
            if (asked == null) {
                answer.completeExceptionally(EtcdError.TIMEOUT.exception());
                return;
            }
            var _ = question.apply(asked).whenComplete((value, failure) -> travel(to, from, answer, () -> {
                if (failure == null) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(
                            failure instanceof CompletionException wrapped ? wrapped.getCause() : failure);
                }
            }));
        });
        return answer;
    }

    private void travel(long from, long to, CompletableFuture<?> answer, Runnable arrival) {
        if (cut.contains(new Link(from, to)) || chance(weather.loss)) {
            schedule.after(LOST.toNanos(), () -> answer.completeExceptionally(EtcdError.TIMEOUT.exception()));
            return;
        }
        schedule.after(travelNanos(), arrival);
    }

    private long travelNanos() {
        long least = weather.least.toNanos();
        return least + random.nextLong(weather.most.toNanos() - least + 1);
    }

    /**
     * Sends a message.
     *
     * @param delayNanos until it leaves the sender
     */
    public void send(Message message, long delayNanos) {
        trace.add(Trace.Fact.SENT, schedule.now() + delayNanos, message.getFrom(), key(message));
        if (cut.contains(new Link(message.getFrom(), message.getTo())) || chance(weather.loss)) {
            return;
        }
        deliver(message, delayNanos);
        if (message.getType() != MessageType.MsgProp && chance(weather.doubled)) {
            deliver(message, delayNanos);
        }
    }

    private static long key(Message message) {
        return ((message.getTo() * 31 + message.getType().getNumber()) * 31 + message.getTerm()) * 31
                + message.getIndex() + message.getCommit() * 31 * 31 + message.getEntriesCount();
    }

    private void deliver(Message message, long delayNanos) {
        Link link = new Link(message.getFrom(), message.getTo());
        int breaksBefore = breaks.getOrDefault(link, 0);
        schedule.after(delayNanos + travelNanos(), () -> {
            if (breaks.getOrDefault(link, 0) == breaksBefore) {
                arrive(message);
            }
        });
    }

    private void arrive(Message message) {
        if (keeps.test(message)) {
            kept.add(message);
            return;
        }
        Consumer<Message> receiver = receivers.get(message.getTo());
        if (receiver != null) {
            trace.add(Trace.Fact.ARRIVED, schedule.now(), message.getTo(), key(message));
            receiver.accept(message);
        }
    }

    private boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
