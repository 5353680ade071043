package io.drawbore.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load tool printed.
 *
 * @param perSecond answered requests a second
 * @param p50 milliseconds; NaN where it was not printed, as with all latencies
 * @param p99 milliseconds
 * @param max milliseconds
 * @param requests how many were answered
 * @param failure the most frequent error, where a request failed
 * @param cpuSeconds what the server used for the load, where the tool knows
 * @param more what only one load has, by the tool's name for it
 */
record Measured(
        double perSecond,
        double p50,
        double p99,
        double max,
        long requests,
        Optional<String> failure,
        Optional<Double> cpuSeconds,
        Map<String, Double> more) {
    private static final double MILLIS = 1000;
    private static final Pattern PER_SECOND = Pattern.compile("(?m)^\\s*Requests/sec:\\s+(\\S+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^\\s*Total:\\s+(\\S+) secs");
    private static final Pattern SLOWEST = Pattern.compile("(?m)^\\s*Slowest:\\s+(\\S+) secs");
    private static final Pattern MEDIAN = Pattern.compile("(?m)^\\s*50% in (\\S+) secs");
    private static final Pattern NINETY_NINTH = Pattern.compile("(?m)^\\s*99% in (\\S+) secs");
    private static final Pattern ERROR = Pattern.compile("(?ms)^Error distribution:.*?\\[([0-9]+)\\]\\s+([^\n]+)");

    Measured {
        more = Map.copyOf(more);
    }

    /** Reads the report of etcd's own load tool, which has no summary where every request failed. */
    static Measured ofLoadTool(final String report) {
        final double perSecond = number(PER_SECOND, report);
        final Matcher error = ERROR.matcher(report);
        final Optional<String> failure = error.find()
                ? Optional.of(error.group(1) + " failed: " + error.group(2))
                : Double.isNaN(perSecond) ? Optional.of("the load tool reported nothing") : Optional.empty();
        return new Measured(
                perSecond,
                number(MEDIAN, report) * MILLIS,
                number(NINETY_NINTH, report) * MILLIS,
                number(SLOWEST, report) * MILLIS,
                Math.round(perSecond * number(TOTAL, report)),
                failure,
                Optional.empty(),
                Map.of());
    }

    /** Reads the line of JSON that our own driver prints. */
    static Measured ofDriver(final String line) {
        final JsonObject read = JsonParser.parseString(line).getAsJsonObject();
        final double requests = read.get("requests").getAsDouble();
        final int errors = read.get("errors").getAsInt();
        final var more = new TreeMap<String, Double>();
        if (read.has("more")) {
            for (final Map.Entry<String, JsonElement> entry :
                    read.getAsJsonObject("more").entrySet()) {
                more.put(entry.getKey(), entry.getValue().getAsDouble());
            }
        }
        return new Measured(
                requests / read.get("seconds").getAsDouble(),
                read.get("p50_ms").getAsDouble(),
                read.get("p99_ms").getAsDouble(),
                read.get("max_ms").getAsDouble(),
                Math.round(requests),
                errors == 0
                        ? Optional.empty()
                        : Optional.of(errors + " failed: " + read.get("first_error").getAsString()),
                Optional.of(read.get("cpu_seconds").getAsDouble()),
                more);
    }

    private static double number(final Pattern pattern, final String report) {
        final Matcher matcher = pattern.matcher(report);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
    }
}
