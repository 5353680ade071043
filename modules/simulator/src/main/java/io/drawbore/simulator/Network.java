package io.drawbore.simulator;

import io.drawbore.api.EtcdError;
import io.drawbore.proto.raftpb.Message;
import io.drawbore.proto.raftpb.MessageType;
import io.drawbore.server.MemberServer;
import io.drawbore.testkit.simulation.Schedule;
import io.drawbore.testkit.simulation.SimulatedWorkers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    /** A member that runs, and since when. */
    private record Host(MemberServer server, SimulatedWorkers process, long since) {}

    /** After which one who asked hears that a connection is broken. */
    private static final Duration LOST = Duration.ofSeconds(1);

    private final Schedule schedule;
    private final RandomGenerator random;
    private final Trace trace;
    private final Map<Long, Host> hosts = new TreeMap<>();
    private final Set<Link> cut = new HashSet<>();
    private final SnapshotPost post;

    /** How often the messages under way on a link were lost. */
    private final Map<Link, Integer> breaks = new HashMap<>();
    private final List<Message> kept = new ArrayList<>();
    private Predicate<Message> keeps = _ -> false;
    private Weather weather = Weather.FAIR;

    /** Members that say that they are compatible with another version than the one they are of. */
    private final Map<Long, String> versions = new TreeMap<>();

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

    /** From now on a member gets what is sent to it, in place of the one that had its id before. */
    public void connect(MemberServer server, SimulatedWorkers process) {
        hosts.put(server.identity().memberId(), new Host(server, process, schedule.now()));
    }

    /** Nobody receives what is sent to this member any more. */
    public void disconnect(long id) {
        hosts.remove(id);
    }

    /**
     * A member's process has ended and its machine has not: the others see their connections to it end, and refused.
     * Where the way to them is cut they see nothing.
     */
    void ended(long id) {
        hosts.forEach((other, host) -> {
            if (other != id && !isCut(id, other) && !isCut(other, id)) {
                schedule.after(travelNanos(), () -> tellGone(id, other));
            }
        });
    }

    private void tellGone(long id, long other) {
        Host host = hosts.get(other);
        if (host != null && !hosts.containsKey(id)) {
            host.server.gone(id);
        }
    }

    /** Changes how messages are treated. */
    public void weather(Weather now) {
        weather = now;
    }

    /** From now on a member says that it is compatible with this version of etcd. */
    public void says(long id, String version) {
        versions.put(id, version);
    }

    /** From now on all members say which version they are of. */
    public void sayTheTruth() {
        versions.clear();
    }

    /** Whether some members have reason to refuse others. */
    boolean refusesSome() {
        return versions.values().stream()
                .anyMatch(said -> hosts.values().stream()
                        .anyMatch(host -> host.server.version().refusalOf(said).isPresent()));
    }

    /** Which version a member says it is compatible with. */
    String version(MemberServer server) {
        return versions.getOrDefault(server.identity().memberId(), server.versions().server());
    }

    /** Whether one of two members doesn't talk with the other. Members that are not what they say refuse nobody. */
    private boolean isRefused(long one, long other) {
        return !versions.isEmpty() && (refuses(one, other) || refuses(other, one));
    }

    private boolean refuses(long one, long other) {
        String version = versions.get(other);
        Host host = hosts.get(one);
        return !versions.containsKey(one)
                && version != null
                && host != null
                && host.server.version().refusalOf(version).isPresent();
    }

    /** Nothing that is sent from one machine to another gets there; the other direction is not touched. */
    public void cut(long from, long to) {
        cut.add(new Link(from, to));
    }

    /** Whether nothing gets from one machine to another. */
    public boolean isCut(long from, long to) {
        return cut.contains(new Link(from, to)) || isRefused(from, to);
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

    /**
     * Sends a message.
     *
     * @param delayNanos until it leaves the sender
     */
    public void send(Message message, long delayNanos) {
        trace.add(Trace.Fact.SENT, schedule.now() + delayNanos, message.getFrom(), key(message));
        if (isCut(message.getFrom(), message.getTo()) || chance(weather.loss)) {
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
        Host host = hosts.get(message.getTo());
        if (host != null) {
            trace.add(Trace.Fact.ARRIVED, schedule.now(), message.getTo(), key(message));
            host.server.receive(message);
        }
    }

    /** Since when two machines have both been up, where they reach each other; else empty. */
    public OptionalLong reachableSince(long one, long other) {
        Host here = hosts.get(one);
        Host there = hosts.get(other);
        if (here == null || there == null || isCut(one, other) || isCut(other, one)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Math.max(here.since, there.since));
    }

    /**
     * Asks another machine's member something. Where one of the two ways is cut, nobody knows what became of it.
     *
     * @param asking the process that asks, and gets the answer
     */
    public <T> CompletableFuture<T> ask(
            long from, SimulatedWorkers asking, long to, Function<MemberServer, CompletableFuture<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        travel(from, asking, to, answer, () -> {
            Host asked = hosts.get(to);
            if (asked == null) {
                lose(asking, answer);
                return;
            }
            var _ = asked.process.after(Duration.ZERO, () -> ask(asked, question, (value, failure) ->
                    travel(to, asking, from, answer, () -> {
                        var _ = asking.after(Duration.ZERO, () -> end(answer, value, failure));
                    })));
        });
        return answer;
    }

    private static <T> void ask(
            Host asked,
            Function<MemberServer, CompletableFuture<T>> question,
            BiConsumer<@Nullable T, @Nullable Throwable> then) {
        var _ = question.apply(asked.server).whenComplete(then);
    }

    // Without a failure there is a value, as whoever answers has it.
    @SuppressWarnings("NullAway")
    private static <T> void end(CompletableFuture<T> answer, @Nullable T value, @Nullable Throwable failure) {
        if (failure == null) {
            answer.complete(value);
        } else {
            answer.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        }
    }

    private void travel(
            long from, SimulatedWorkers asking, long to, CompletableFuture<?> answer, Runnable arrival) {
        if (cut.contains(new Link(from, to)) || chance(weather.loss)) {
            lose(asking, answer);
        } else {
            schedule.after(travelNanos(), arrival);
        }
    }

    private static void lose(SimulatedWorkers asking, CompletableFuture<?> answer) {
        var _ = asking.after(LOST, () -> answer.completeExceptionally(EtcdError.TIMEOUT.exception()));
    }

    private long travelNanos() {
        long least = weather.least.toNanos();
        return least + random.nextLong(weather.most.toNanos() - least + 1);
    }

    private boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
