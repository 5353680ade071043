package io.drawbore.rpc.internal;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Metrics;
import io.drawbore.proto.etcdserverpb.AlarmType;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /health}, {@code /livez} and {@code /readyz}. A check gives null when all is well, else the reason.
 * Any thread; nothing blocks.
 */
final class HealthChecks {
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});
    private final FrontDoor door;
    private final Duration timeout;
    private final Counter success;
    private final Counter failures;
    private final Metrics metrics;
    private final Metrics.Labelled<Counter> checksTotal;
    private final Map<String, Integer> lastResults = new ConcurrentHashMap<>();
    /** By kind of check, {@code livez} or {@code readyz}, and then by name, in the order in which they run. */
    private final Map<String, Map<String,
            Supplier<CompletableFuture<@Nullable String>>>> checks = new LinkedHashMap<>();

    HealthChecks(FrontDoor door, Metrics metrics, Duration timeout) {
        this.door = door;
        this.timeout = timeout;
        this.metrics = metrics;
        success = metrics.counter("etcd_server_health_success", "The total number of successful health checks");
        failures = metrics.counter("etcd_server_health_failures", "The total number of failed health checks");
        checksTotal = metrics.counters("etcd_server_healthchecks_total",
                "The total number of each kind of healthcheck.",
                "type", "name", "status");
        register("livez", "serializable_read", () -> read(true));
        register("readyz", "data_corruption", () -> CompletableFuture.completedFuture(
                door.alarms().contains(AlarmType.CORRUPT) ? "alarm activated: CORRUPT" : null));
        register("readyz", "serializable_read", () -> read(true));
        register("readyz", "linearizable_read", () -> read(false));
        register("readyz", "non_learner", () -> CompletableFuture.completedFuture(
                door.isLearner() ? "not supported for learner" : null));
    }

    private void register(String type, String name, Supplier<CompletableFuture<@Nullable String>> check) {
        checks.computeIfAbsent(type, t -> new LinkedHashMap<>()).put(name, check);
    }

    /**
     * What {@code /health} says.
     *
     * @param healthy whether the status is 200
     * @param body the JSON
     */
    record Health(boolean healthy, String body) {}

    /** Alarms but the excluded ones, then a leader, then a read. */
    CompletableFuture<Health> health(Collection<String> excludedAlarms, boolean serializable) {
        return healthReason(excludedAlarms, serializable).thenApply(reason -> {
            boolean healthy = reason == null;
            (healthy ? success : failures).increment();
            String text = healthy ? "" : String.valueOf(reason);
            return new Health(healthy, "{\"health\":\"" + healthy + "\",\"reason\":" + JsonPrinter.quote(text) + "}");
        });
    }

    private CompletableFuture<@Nullable String> healthReason(Collection<String> excludedAlarms, boolean serializable) {
        for (AlarmType alarm : door.alarms()) {
            if (!excludedAlarms.contains(alarm.name())) {
                boolean known = alarm == AlarmType.NOSPACE || alarm == AlarmType.CORRUPT;
                return CompletableFuture.completedFuture("ALARM " + (known ? alarm.name() : "UNKNOWN"));
            }
        }
        if (!serializable && !door.hasLeader()) {
            return CompletableFuture.completedFuture("RAFT NO LEADER");
        }
        return read(serializable).thenApply(failure -> failure == null ? null : "RANGE ERROR:" + failure);
    }

    /** Whether there is such a kind of checks, and, where a name is given, such a check. */
    boolean knows(String type, @Nullable String name) {
        Map<String, ?> ofType = checks.get(type);
        return ofType != null && (name == null || ofType.containsKey(name));
    }

    /**
     * What {@code /livez} and {@code /readyz} say.
     *
     * @param healthy whether the status is 200
     * @param lines one a check
     */
    record Report(boolean healthy, String lines) {}

    /** Runs all checks of a kind but the excluded, or the one that is named. */
    CompletableFuture<Report> report(String type, @Nullable String only, Collection<String> excluded) {
        List<CompletableFuture<String>> running = new ArrayList<>();
        checks.getOrDefault(type, Map.of()).forEach((name, check) -> {
            if (only == null ? !excluded.contains(name) : only.equals(name)) {
                running.add(check.get().thenApply(failure -> line(type, name, failure)));
            }
        });
        return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).thenApply(done -> {
            StringBuilder lines = new StringBuilder();
            running.forEach(line -> lines.append(line.join()));
            return new Report(running.stream().noneMatch(line -> line.join().startsWith("[-]")), lines.toString());
        });
    }

    private String line(String type, String name, @Nullable String failure) {
        checksTotal.with(type, name, failure == null ? "success" : "error").increment();
        String key = type + "/" + name;
        if (lastResults.put(key, failure == null ? 1 : 0) == null) {
            metrics.gauge("etcd_server_healthcheck", "The result of each kind of healthcheck.",
                    Map.of("type", type, "name", name), () -> lastResults.getOrDefault(key, 0));
        }
        return failure == null ? "[+]" + name + " ok\n" : "[-]" + name + " failed: " + failure + "\n";
    }

    /** Looks for at most one key, in this process's own name. */
    private CompletableFuture<@Nullable String> read(boolean serializable) {
        RangeRequest request = RangeRequest.newBuilder().setKey(FIRST_KEY).setKeysOnly(true).setLimit(1)
                .setSerializable(serializable).build();
        CompletableFuture<?> answer;
        try {
            answer = door.range(request, Caller.SELF).copy();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> failure == null ? null : Statuses.of(failure).text());
    }
}
