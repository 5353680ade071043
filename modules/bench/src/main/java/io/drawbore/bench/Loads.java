package io.drawbore.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The catalogue of loads, in the order of the tables. Loads that etcd's load tool has are its own; the others are our
 * driver's.
 */
final class Loads {
    private static final String VALUE = "--val-size=256";
    private static final String KEYS = "--key-space-size=100000";
    private static final String WORD_PUT = "put";
    private static final String WORD_GET = "get";
    private static final String WORD_LIST = "list";
    private static final String WORD_STALL = "stall";
    private static final String WORD_CLUSTER = "cluster";

    private final boolean quick;

    private Loads(final boolean quick) {
        this.quick = quick;
    }

    /** Every group with a load of these words; every group where there are no words. */
    static List<LoadGroup> of(final boolean quick, final Set<String> words) {
        final Loads loads = new Loads(quick);
        return Stream.of(
                        loads.puts(),
                        loads.gets(),
                        loads.lists(1_000),
                        loads.lists(10_000),
                        loads.leases(),
                        loads.watches(),
                        loads.start(),
                        loads.million(),
                        loads.stalls(),
                        loads.manyLeases(),
                        loads.clusterPuts(),
                        loads.catchUp())
                .map(group -> group.only(words))
                .filter(group -> !group.loads().isEmpty())
                .toList();
    }

    /** The words that {@code --only} takes. */
    static Set<String> words() {
        return of(true, Set.of()).stream()
                .flatMap(group -> group.loads().stream())
                .map(Load::word)
                .collect(Collectors.toUnmodifiableSet());
    }

    private LoadGroup puts() {
        return LoadGroup.of(
                this::warmUp,
                new Load("put, 1 client", WORD_PUT, put(1, 1, 5_000)),
                new Load("put, 100 clients", WORD_PUT, put(10, 100, 100_000)),
                new Load("put, 1,000 clients", WORD_PUT, put(100, 1_000, 100_000)),
                new Load("txn of 4 puts, 100 clients", "txn", target -> target.tool(
                        "txn-put",
                        "--conns=10",
                        "--clients=100",
                        "--txn-ops=4",
                        VALUE,
                        KEYS,
                        total(30_000))));
    }

    private LoadGroup gets() {
        return LoadGroup.of(
                target -> {
                    target.driver("fill", "--keys=1000", "--prefix=get-", "--value-size=256");
                    target.prepareWithTool(
                            "range",
                            "get-000000500",
                            "--conns=100",
                            "--clients=1000",
                            "--total=" + (quick ? 50_000 : 150_000));
                },
                new Load("linearizable get, 1 client", WORD_GET, get(1, 1, "l", 5_000)),
                new Load("linearizable get, 1,000 clients", WORD_GET, get(100, 1_000, "l", 100_000)),
                new Load("serializable get, 1 client", WORD_GET, get(1, 1, "s", 5_000)),
                new Load("serializable get, 1,000 clients", WORD_GET, get(100, 1_000, "s", 100_000)));
    }

    private LoadGroup lists(final int keys) {
        final int lists = 2_000_000 / keys;
        final String named = "list of " + (keys == 1_000 ? "1,000" : "10,000") + " keys of 1 KiB";
        final String[] whole = {"range", "list-", "list.", "--conns=10", "--clients=10", total(lists)};
        return LoadGroup.of(
                target -> {
                    target.driver("fill", "--keys=" + keys, "--value-size=1024", "--clients=4");
                    target.prepareWithTool(whole);
                },
                new Load(named, WORD_LIST, target -> target.tool(whole)),
                new Load(named + ", a page of 500", WORD_LIST, target -> target.drive(
                        "pages", "--conns=1", "--clients=1", total(lists * keys / 1_000))));
    }

    private LoadGroup leases() {
        return LoadGroup.of(
                this::warmUp,
                new Load("lease grant, 100 clients", "lease", target -> target.drive(
                        "grant", "--conns=10", "--clients=100", total(50_000))),
                new Load("lease keepalive, 100 clients", "lease", target -> target.tool(
                        "lease-keepalive", "--conns=10", "--clients=100", total(50_000))));
    }

    private LoadGroup watches() {
        return LoadGroup.of(
                this::warmUp,
                new Load("watch event, 1,000 watchers on a key", "watch", target -> target.drive(
                        "watch",
                        "--watchers=1000",
                        "--streams=10",
                        "--keys=1",
                        "--prefix=one-",
                        "--clients=1",
                        total(1_000))),
                new Load("watch event, 10,000 watchers, 10 match", "watch", target -> target.drive(
                        "watch",
                        "--watchers=10000",
                        "--streams=100",
                        "--keys=1000",
                        "--prefix=ten-",
                        "--clients=10",
                        total(20_000))));
    }

    private LoadGroup start() {
        return new LoadGroup(
                target -> {},
                List.of(new Load("start to the first put", "start", target -> {
                    final Measured first = target.driver("first-put");
                    return timed(target, first);
                })),
                true,
                1);
    }

    private LoadGroup million() {
        final int keys = quick ? 50_000 : 1_000_000;
        final String named = quick ? "50,000 keys" : "1M keys";
        return LoadGroup.of(
                target -> target.driver("fill", "--keys=" + keys, "--value-size=256", "--clients=8"),
                new Load(named + ": loaded", "million", Loads::resident),
                new Load(named + ": killed, to the first get", "million", target -> {
                    target.restart();
                    return timed(target, target.driver("first-get"));
                }),
                new Load(named + ": after the restart", "million", Loads::resident));
    }

    private LoadGroup stalls() {
        final int rounds = quick ? 1 : 6;
        return LoadGroup.of(
                target -> {
                    // Every key many times: history for compaction, free pages for defragmentation.
                    for (int i = 0; i < rounds; i++) {
                        target.driver("fill", "--keys=50000", "--value-size=256", "--clients=8");
                    }
                },
                new Load("500 puts/s beside a snapshot", WORD_STALL, steady("snapshot")),
                new Load("500 puts/s beside a compaction", WORD_STALL, steady("compact")),
                new Load("500 puts/s beside a defragmentation", WORD_STALL, steady("defrag")));
    }

    private LoadGroup manyLeases() {
        final int leases = quick ? 5_000 : 95_000;
        final int batch = quick ? 1_000 : 5_000;
        final int ttl = quick ? 10 : 30;
        return LoadGroup.of(
                target -> {},
                new Load(
                        quick ? "6,000 leases kept, 1,000 expire" : "100,000 leases kept, 5,000 expire",
                        "leases",
                        target -> {
                            target.cost().forgetPeak();
                            final Measured measured = target.driver(
                                    "leases",
                                    "--conns=10",
                                    "--clients=100",
                                    "--leases=" + leases,
                                    "--batch=" + batch,
                                    "--ttl=" + ttl,
                                    "--prefix=leased-");
                            final var figures = new EnumMap<Figure, Double>(Figure.class);
                            figures.put(
                                    Figure.CPU,
                                    measured.cpuSeconds().orElse(Double.NaN) * 100_000 / measured.requests());
                            figures.put(Figure.EARLY, more(measured, "early"));
                            figures.put(Figure.LATE_SECONDS, more(measured, "late_seconds"));
                            figures.put(Figure.RSS, target.cost().peakMebibytes());
                            return figures;
                        }));
    }

    /** CPU is that of all three members together, memory that of the largest. */
    private LoadGroup clusterPuts() {
        return LoadGroup.ofThree(
                this::warmUp,
                new Load("3 members: put, 1 client, leader", WORD_CLUSTER, put(1, 1, 5_000)),
                new Load("3 members: put, 100 clients, leader", WORD_CLUSTER, put(10, 100, 50_000)),
                new Load("3 members: put, 1,000 clients, leader", WORD_CLUSTER, put(100, 1_000, 50_000)),
                new Load("3 members: put, 1 client, followers", WORD_CLUSTER, putThroughFollowers(1, 1, 5_000)),
                new Load("3 members: put, 100 clients, followers", WORD_CLUSTER, putThroughFollowers(10, 100, 50_000)),
                new Load(
                        "3 members: put, 1,000 clients, followers",
                        WORD_CLUSTER,
                        putThroughFollowers(100, 1_000, 50_000)));
    }

    private Load.Measurement putThroughFollowers(final int conns, final int clients, final int requests) {
        return target -> target.tool(
                "put",
                "--conns=" + conns,
                "--clients=" + clients,
                VALUE,
                KEYS,
                total(requests),
                Target.ENDPOINTS + target.followers());
    }

    private LoadGroup catchUp() {
        final int entries = quick ? 30_000 : 1_000_000;
        final String named = quick ? "30,000" : "1M";
        return LoadGroup.ofThree(
                target -> {
                    target.kill(target.follower());
                    target.prepareWithTool(
                            "put", "--conns=100", "--clients=1000", VALUE, KEYS, "--total=" + entries);
                },
                new Load(
                        "500 puts/s beside a member " + named + " entries behind",
                        "catchup",
                        target -> besides(target.driverStarting(target.follower(), steadyArguments("catchup")))));
    }

    /** Lets a JVM compile what it will run, on every server alike; the quick version measures some of that still. */
    private void warmUp(final Target target) {
        target.prepareWithTool(
                "put", "--conns=10", "--clients=100", VALUE, KEYS, "--total=" + (quick ? 50_000 : 150_000));
    }

    private Load.Measurement put(final int conns, final int clients, final int requests) {
        return target ->
                target.tool("put", "--conns=" + conns, "--clients=" + clients, VALUE, KEYS, total(requests));
    }

    private Load.Measurement get(final int conns, final int clients, final String consistency, final int requests) {
        return target -> target.tool(
                "range",
                "get-000000500",
                "--conns=" + conns,
                "--clients=" + clients,
                "--consistency=" + consistency,
                total(requests));
    }

    private Load.Measurement steady(final String operation) {
        return target -> besides(target.driver(steadyArguments(operation)));
    }

    private String[] steadyArguments(final String operation) {
        return new String[] {
            "steady",
            "--conns=4",
            "--during=" + operation,
            "--prefix=list-",
            "--keys=50000",
            "--seconds=" + (quick ? 2 : 5)
        };
    }

    private static Map<Figure, Double> besides(final Measured measured) {
        final double quiet = more(measured, "quiet_p99_ms");
        final var figures = new EnumMap<Figure, Double>(Figure.class);
        figures.put(Figure.P50, measured.p50());
        figures.put(Figure.P99, measured.p99());
        figures.put(Figure.MAX, measured.max());
        figures.put(Figure.QUIET_P99, quiet);
        figures.put(Figure.TIMES_QUIET_P99, measured.p99() / quiet);
        figures.put(Figure.SECONDS, more(measured, "operation_seconds"));
        return figures;
    }

    private static Map<Figure, Double> timed(final Target target, final Measured first) {
        final double began = target.launchedAtSeconds();
        final var figures = new EnumMap<Figure, Double>(Figure.class);
        figures.put(Figure.CPU_SECONDS, target.cost().cpuSeconds());
        figures.put(Figure.SECONDS, more(first, "done_at") - began);
        figures.put(Figure.RSS, target.cost().peakMebibytes());
        return figures;
    }

    private static Map<Figure, Double> resident(final Target target) {
        return Map.of(Figure.RSS, target.cost().residentMebibytes());
    }

    private static double more(final Measured measured, final String name) {
        return measured.more().getOrDefault(name, Double.NaN);
    }

    private String total(final int requests) {
        return "--total=" + Math.max(1, quick ? requests / 10 : requests);
    }
}
