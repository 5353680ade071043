package io.drawbore.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Some members of one cluster, each of any kind and in a process of its own. Closing kills those that run. */
final class Cluster implements AutoCloseable {
    private final Path folder;
    private final Setup setup;
    private final List<Seat> seats = new ArrayList<>();
    private final Path etcdctl = Programs.go("etcdctl-3.7");

    /**
     * What its members are told besides their names and places.
     *
     * @param peerScheme {@code http}, {@code https} or {@code unix}
     * @param flags of all members
     * @param etcdFlags of those that are etcds
     */
    record Setup(String peerScheme, List<String> flags, List<String> etcdFlags) {
        static Setup of(final String... flags) {
            return new Setup("http", List.of(flags), List.of());
        }
    }

    /** A member's place: its URLs, and who sits there now. */
    private static final class Seat {
        final String name;
        final String client;
        final String peer;
        ServerKind kind;
        int data;
        Optional<ServerProcess> process = Optional.empty();

        Seat(final String name, final ServerKind kind, final String client, final String peer) {
            this.name = name;
            this.kind = kind;
            this.client = client;
            this.peer = peer;
        }
    }

    private Cluster(final Path folder, final List<ServerKind> kinds, final Setup setup) {
        this.folder = folder;
        this.setup = setup;
        kinds.forEach(this::addSeat);
    }

    private Seat addSeat(final ServerKind kind) {
        final List<Integer> ports = FreePorts.take(2);
        final Seat seat = new Seat(
                "m" + seats.size(),
                kind,
                "http://127.0.0.1:" + ports.get(0),
                setup.peerScheme + "://127.0.0.1:" + ports.get(1));
        seats.add(seat);
        return seat;
    }

    /** Founds a cluster with etcd's defaults, and waits until all members are ready. */
    static Cluster found(final Path folder, final List<ServerKind> kinds) {
        return found(folder, kinds, Setup.of());
    }

    /** Founds a cluster, and waits until all members are ready. */
    static Cluster found(final Path folder, final List<ServerKind> kinds, final Setup setup) {
        final Cluster cluster = new Cluster(folder, kinds, setup);
        try {
            cluster.seats.forEach(seat -> cluster.launch(seat, "new"));
            cluster.seats.forEach(seat -> cluster.process(seat).awaitReady());
            return cluster;
        } catch (final IllegalStateException failed) {
            cluster.seats.forEach(seat -> seat.process.ifPresent(ServerProcess::end));
            throw failed;
        }
    }

    private void launch(final Seat seat, final String state, final String... more) {
        final var all = new ArrayList<>(setup.flags);
        if (seat.kind.isEtcd()) {
            all.addAll(setup.etcdFlags);
        }
        all.addAll(List.of(more));
        all.add("--initial-cluster-state=" + state);
        all.add("--initial-cluster="
                + seats.stream().map(one -> one.name + "=" + one.peer).collect(Collectors.joining(",")));
        seat.process = Optional.of(ServerProcess.launch(
                seat.kind, seat.name, data(seat), seat.client, seat.peer, all));
    }

    private ServerProcess process(final Seat seat) {
        return seat.process.orElseThrow(() -> new IllegalStateException(seat.name + " does not run"));
    }

    int size() {
        return seats.size();
    }

    /** The process of a member. */
    ServerProcess member(final int i) {
        return process(seats.get(i));
    }

    /** SIGKILL, and then the others agree on who leads. */
    void kill(final int i) throws InterruptedException {
        member(i).kill();
        seats.get(i).process = Optional.empty();
        awaitLeader();
    }

    /** SIGTERM, and then the others agree on who leads. */
    void stop(final int i) throws InterruptedException {
        member(i).terminate();
        seats.get(i).process = Optional.empty();
        awaitLeader();
    }

    /** Starts a member again, with the data it had, and waits until it is ready. */
    void restart(final int i) {
        launch(seats.get(i), "new");
        member(i).awaitReady();
    }

    /** Starts a member of another kind on the data of the one before, and waits until it is ready. */
    void restartAs(final int i, final ServerKind kind) {
        seats.get(i).kind = kind;
        restart(i);
    }

    /** Starts a member of another kind that has only the log of the one before, and waits until it is ready. */
    void takeOverLog(final int i, final ServerKind kind) throws IOException {
        final Seat seat = seats.get(i);
        final Path before = data(seat).resolve("data/member/wal");
        seat.data++;
        final Path log = Files.createDirectories(data(seat).resolve("data/member/wal"));
        try (Stream<Path> files = Files.list(before)) {
            for (final Path file : files.toList()) {
                Files.copy(file, log.resolve(file.getFileName()));
            }
        }
        restartAs(i, kind);
    }

    private Path data(final Seat seat) {
        return folder.resolve(seat.name + "-" + seat.data);
    }

    /** Waits until a text is so many times in what all that run say of their status, in JSON. */
    void awaitInStatus(final String text, final int times) {
        await(() -> {
            final Ran ran = ran(endpoints(), "endpoint", "status", "--write-out=json");
            return ran.exitCode() == 0 && ran.output().split(Pattern.quote(text), -1).length == times + 1;
        });
    }

    /** Starts a member that does not run with more flags, by which it ends; answers what it says. */
    String refused(final int i, final String... flags) throws InterruptedException {
        return refused(seats.get(i), "new", flags);
    }

    private String refused(final Seat seat, final String state, final String... flags) throws InterruptedException {
        launch(seat, state, flags);
        assertEquals(1, process(seat).awaitEnd());
        final String said = String.join("\n", process(seat).output());
        seat.process = Optional.empty();
        return said;
    }

    /** Adds a member with flags by which it ends, and takes it out again; answers what it says. */
    String refusedToJoin(final ServerKind kind, final String... flags) throws InterruptedException {
        final Seat seat = addSeat(kind);
        change("member", "add", seat.name, "--peer-urls=" + seat.peer);
        awaitKnown(seat);
        final String said = refused(seat, "existing", flags);
        change("member", "remove", id(seat, running()));
        seats.remove(seat);
        return said;
    }

    /** Adds a member and waits until it is ready. */
    int join(final ServerKind kind, final String... how) {
        final Seat seat = addSeat(kind);
        final var add = new ArrayList<>(List.of("member", "add", seat.name, "--peer-urls=" + seat.peer));
        add.addAll(List.of(how));
        change(add.toArray(String[]::new));
        awaitKnown(seat);
        launch(seat, "existing");
        process(seat).awaitReady();
        return seats.size() - 1;
    }

    /**
     * Removes a member that does not run, and puts a new one in its place, of any kind, with nothing in its hands.
     *
     * @param meanwhile what etcdctl is told when it has been added and does not run yet; empty for nothing
     */
    void replace(final int i, final ServerKind kind, final String... meanwhile) {
        final Seat seat = seats.get(i);
        change("member", "remove", id(seat, running()));
        seat.kind = kind;
        seat.data++;
        change("member", "add", seat.name, "--peer-urls=" + seat.peer);
        awaitKnown(seat);
        if (meanwhile.length > 0) {
            ctl(meanwhile);
        }
        launch(seat, "existing");
        process(seat).awaitReady();
    }

    /** An etcd that joins asks one of the others who the members are, and ends where that one hasn't heard of it. */
    private void awaitKnown(final Seat added) {
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).process.isPresent()) {
                id(added, i);
            }
        }
    }

    /** Waits until all members that run are in a cluster of a version, {@code X.Y.0}. */
    void awaitClusterVersion(final String version) {
        for (final Seat seat : seats) {
            if (seat.process.isPresent()) {
                await(() -> process(seat).versions().contains("\"etcdcluster\":\"" + version + "\""));
            }
        }
    }

    /** What a member says of versions, in JSON. */
    String versions(final int i) {
        return member(i).versions();
    }

    /** Where clients reach a member. */
    String client(final int i) {
        return seats.get(i).client;
    }

    /** Gives a learner a vote once it is in step, asking one member, and waits until it knows of that itself. */
    void promote(final int learner, final int asked) {
        final String id = id(seats.get(learner), asked);
        run(() -> seats.get(asked).client, List.of("in sync with leader"), "member", "promote", id);
        await(() -> status(learner)[IS_LEARNER].equals("false"));
    }

    /** Which member runs, the first of them; a voter, since learners come last. */
    private int running() {
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).process.isPresent()) {
                return i;
            }
        }
        throw new IllegalStateException("none runs");
    }

    /** A member's id, as another says that isn't a learner: etcdctl with all endpoints may reach one that is. */
    private String id(final Seat seat, final int asked) {
        return ctlAt(asked, "member", "list").lines()
                .map(line -> line.split(", "))
                .filter(columns -> columns.length > 3 && columns[3].equals(seat.peer))
                .findFirst()
                .orElseThrow()[0];
    }

    /** What etcdctl answers that is given all members that run. */
    String ctl(final String... arguments) {
        return run(this::endpoints, List.of(), arguments);
    }

    /** What etcdctl answers that is given one member. */
    String ctlAt(final int i, final String... arguments) {
        return run(() -> seats.get(i).client, List.of(), arguments);
    }

    /** Where clients reach the members that run, with commas. */
    String endpoints() {
        return seats.stream()
                .filter(seat -> seat.process.isPresent())
                .map(seat -> seat.client)
                .collect(Collectors.joining(","));
    }

    /** What is said where leaders change, as they may whenever one stands still: nobody knows then what was done. */
    private static final List<String> IN_DOUBT = List.of(
            "leader changed", "no leader", "not leader", "request timed out", "context deadline exceeded",
            "DeadlineExceeded");

    /** What somebody is told who asks again for what had been done. */
    private static final List<String> DONE_BEFORE = List.of(
            "already exists", "not found", "can only promote a learner member", "has been compacted",
            "downgrade job in progress", "no inflight downgrade");

    /**
     * Asks until it is answered, again while the cluster elects.
     *
     * @param notYet what is said where it isn't the time for it, so that it is asked again, too
     */
    private String run(final Supplier<String> endpoints, final List<String> notYet, final String... arguments) {
        final long end = System.nanoTime() + Ran.PATIENCE.toNanos();
        boolean inDoubt = false;
        while (true) {
            final Ran ran = ran(endpoints.get(), arguments);
            if (ran.exitCode() == 0 || inDoubt && says(ran, DONE_BEFORE)) {
                return ran.output();
            }
            final boolean again = says(ran, IN_DOUBT) || says(ran, notYet);
            assertTrue(
                    again && System.nanoTime() < end, () -> String.join(" ", arguments) + ": " + ran.output());
            inDoubt |= says(ran, IN_DOUBT);
            Waiting.pass(Waiting.BETWEEN_LOOKS);
        }
    }

    private static boolean says(final Ran ran, final List<String> words) {
        return words.stream().anyMatch(ran.output()::contains);
    }

    /** A change of membership: refused for as long as a member has not been in touch with the others for a while. */
    private void change(final String... arguments) {
        run(this::endpoints, List.of("unhealthy cluster"), arguments);
    }

    /** Waits until all members that run know the same leader, which runs. */
    void awaitLeader(final String... user) {
        await(() -> {
            final Ran ran = ran(endpoints(), as(user, "endpoint", "status", "--write-out=json"));
            final Set<String> leaders = all(LEADER, ran.output());
            return ran.exitCode() == 0 && leaders.size() == 1 && all(MEMBER, ran.output()).containsAll(leaders);
        });
    }

    private static final Pattern LEADER = Pattern.compile("\"leader\":([0-9]+)");

    private static final Pattern MEMBER = Pattern.compile("\"member_id\":([0-9]+)");

    private static Set<String> all(final Pattern pattern, final String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /** Asks again and again whether it has come about. */
    static void await(final BooleanSupplier condition) {
        Waiting.until("it to come about", condition);
    }

    private Ran ran(final String endpoints, final String... arguments) {
        final var command = new ArrayList<>(List.of(etcdctl.toString(), "--endpoints=" + endpoints,
                "--dial-timeout=30s", "--command-timeout=30s"));
        command.addAll(List.of(arguments));
        return Ran.etcdctl(command, "");
    }

    /** Which member leads, as a user is told or nobody. */
    int leader(final String... user) {
        final int[] leads = {-1};
        await(() -> {
            awaitLeader(user);
            for (int i = 0; i < seats.size() && leads[0] < 0; i++) {
                if (seats.get(i).process.isPresent() && status(i, user)[LEADS].equals("true")) {
                    leads[0] = i;
                }
            }
            return leads[0] >= 0;
        });
        return leads[0];
    }

    /** Lets a member lead, and returns when it does; a user asks for it, or nobody. */
    void moveLeader(final int to, final String... user) {
        await(() -> {
            final int from = leader(user);
            if (from != to) {
                final Ran ran = ran(seats.get(from).client, as(user, "move-leader", status(to, user)[ID]));
                assertTrue(
                        ran.exitCode() == 0 || says(ran, IN_DOUBT) || says(ran, NO_LEADER_ASKED), ran::output);
            }
            return from == to;
        });
    }

    /** What etcdctl says where the member that it was to ask doesn't lead any more. */
    private static final List<String> NO_LEADER_ASKED = List.of("no leader endpoint given");

    private static String[] as(final String[] user, final String... arguments) {
        return Stream.concat(Stream.of(user), Stream.of(arguments)).toArray(String[]::new);
    }

    /** A column of what etcdctl prints of a member's status. */
    private static final int ID = 1;

    private static final int LEADS = 8;

    private static final int IS_LEARNER = 9;

    private String[] status(final int i, final String... user) {
        return ctlAt(i, as(user, "endpoint", "status")).split(", ");
    }

    /**
     * All members that run hold the same history up to now, whatever is written meanwhile: each has first done what the
     * others had.
     */
    void assertSame() {
        String revision = "";
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).process.isPresent()) {
                final String read = ctlAt(i, "get", "any", "--write-out=json");
                revision = revision.isEmpty() ? all(REVISION, read).iterator().next() : revision;
            }
        }
        final List<String> hashes =
                ctl("endpoint", "hashkv", "--rev=" + revision).lines().toList();
        final Set<String> different = hashes.stream()
                // members up to 3.5 don't say at which revision
                .map(line -> line.split(", ")[1])
                .collect(Collectors.toSet());
        assertEquals(1, different.size(), hashes::toString);
        assertTrue(ctl("alarm", "list").isEmpty(), "an alarm is raised");
    }

    private static final Pattern REVISION = Pattern.compile("\"revision\":([0-9]+)");

    /** Writes through each member that runs. */
    void putAtEach(final String key, final String value) {
        for (int i = 0; i < seats.size(); i++) {
            if (seats.get(i).process.isPresent()) {
                assertEquals("OK", ctlAt(i, "put", key + i, value));
            }
        }
    }

    /** Writes many keys through a member, quickly; again while the cluster elects. */
    void putMany(final int i, final String prefix, final int count) throws InterruptedException {
        final URI put = URI.create(seats.get(i).client + "/v3/kv/put");
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int n = 0; n < count; n++) {
                final String body =
                        "{\"key\":\"" + base64(prefix + n) + "\",\"value\":\"" + base64("value " + n) + "\"}";
                final HttpRequest request = HttpRequest.newBuilder(put)
                        .timeout(Ran.PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
                final long end = System.nanoTime() + Ran.PATIENCE.toNanos();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                while (answer.statusCode() == UNAVAILABLE && System.nanoTime() < end) {
                    answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                }
                assertEquals(200, answer.statusCode(), answer.body());
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What the gateway answers while the cluster elects. */
    private static final int UNAVAILABLE = 503;

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lines of a member's log that hold all these words. */
    List<String> logged(final int i, final String... words) {
        return member(i).output().stream()
                .filter(line -> Arrays.stream(words).allMatch(line::contains))
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        for (final Seat seat : seats) {
            if (seat.process.isPresent()) {
                process(seat).close();
            }
        }
    }
}
