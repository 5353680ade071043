package io.drawbore.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One metric name: its help, its kind, and a metric for each set of label values. Any thread. */
final class Family {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    private final MetricRegistry registry;
    private final String name;
    private final String help;
    private final Metrics.Kind kind;
    private final List<String> labels;
    /** By the labels as they are written, so that the text comes out sorted. */
    private final Map<String, Metric> children = new ConcurrentHashMap<>();

    Family(MetricRegistry registry, String name, String help, Metrics.Kind kind, String... labels) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a metric name: " + name);
        }
        this.registry = registry;
        this.name = name;
        this.help = help;
        this.kind = kind;
        this.labels = List.of(labels);
    }

    void require(Metrics.Kind wanted, String... wantedLabels) {
        if (kind != wanted || !labels.equals(List.of(wantedLabels))) {
            throw new IllegalArgumentException("metric " + name + " is a " + kind + " with labels " + labels);
        }
    }

    Metric child(String[] values, Supplier<? extends Metric> factory) {
        return children.computeIfAbsent(key(values), key -> {
            Metric metric = factory.get();
            registry.register(name + key, metric);
            return metric;
        });
    }

    void put(String[] values, Metric metric) {
        String key = key(values);
        children.compute(key, (k, before) -> {
            if (before != null) {
                registry.remove(name + key);
            }
            registry.register(name + key, metric);
            return metric;
        });
    }

    void write(Appendable out) throws IOException {
        out.append("# HELP ").append(name).append(' ').append(help.replace("\\", "\\\\").replace("\n",
                "\\n")).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(kind.name().toLowerCase(Locale.ROOT)).append('\n');
        String[] keys = children.keySet().toArray(new String[0]);
        Arrays.sort(keys);
        for (String key : keys) {
            Metric metric = children.get(key);
            switch (metric) {
                case Counter counter -> line(out, "", key, Long.toString(counter.value()));
                case Histogram histogram -> write(out, key, histogram);
                case Gauge<?> gauge -> line(out, "", key, number(((Number) gauge.getValue()).doubleValue()));
                case null, default -> throw new IllegalStateException("no text form for " + name + key);
            }
        }
    }

    private void write(Appendable out, String key, Histogram histogram) throws IOException {
        Histogram.Snapshot snapshot = histogram.snapshot();
        for (int i = 0; i < snapshot.bounds().length; i++) {
            line(out, "_bucket", bucket(key, number(snapshot.bounds()[i])),
                    Long.toString(snapshot.cumulative()[i]));
        }
        line(out, "_bucket", bucket(key, "+Inf"), Long.toString(snapshot.count()));
        line(out, "_sum", key, number(snapshot.sum()));
        line(out, "_count", key, Long.toString(snapshot.count()));
    }

    private void line(Appendable out, String suffix, String key, String value) throws IOException {
        out.append(name).append(suffix).append(key).append(' ').append(value).append('\n');
    }

    private static String bucket(String key, String bound) {
        String le = "le=\"" + bound + "\"}";
        return key.isEmpty() ? "{" + le : key.substring(0, key.length() - 1) + "," + le;
    }

    private String key(String[] values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException("metric " + name + " has labels " + labels);
        }
        if (values.length == 0) {
            return "";
        }
        StringBuilder key = new StringBuilder("{");
        for (int i = 0; i < values.length; i++) {
            key.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"")
                    .append(values[i].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")).append('"');
        }
        return key.append('}').toString();
    }

    static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        long whole = (long) value;
        return whole == value && Math.abs(whole) < 1L << 53 ? Long.toString(whole) : Double.toString(value);
    }
}
