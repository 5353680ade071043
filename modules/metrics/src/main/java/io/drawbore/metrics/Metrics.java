package io.drawbore.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * All metrics of a member. Owns one Dropwizard registry and what that lacks: help texts, labels and Prometheus'
 * histograms. Any thread may register, count and read. A name belongs to one kind of metric with one help text and one
 * set of labels; asking for it again gives the same metric, asking for it as something else throws.
 *
 * <p>The text form is written here and not by Prometheus' own library, because that one appends {@code _total} to the
 * name of every counter, and a dozen of etcd's counters are called otherwise.
 */
public final class Metrics {
    /** What {@link #text()} is, for the {@code Content-Type} header. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final MetricRegistry registry = new MetricRegistry();
    private final ConcurrentSkipListMap<String, Family> families = new ConcurrentSkipListMap<>();

    /** A registry with nothing in it. */
    public Metrics() {}

    /** A counter without labels. */
    public Counter counter(String name, String help) {
        return counters(name, help).with();
    }

    /** Counters that differ in the values of their labels. */
    public Labelled<Counter> counters(String name, String help, String... labels) {
        return new Labelled<>(family(name, help, Kind.COUNTER, labels), Counter.class, Counter::new);
    }

    /** A value that is asked for when somebody reads it; the supplier must be quick and safe on any thread. */
    public void gauge(String name, String help, DoubleSupplier value) {
        gauge(name, help, Map.of(), value);
    }

    /**
     * One of several values of a name. A later registration with the same labels takes the place of the earlier one.
     *
     * @param labels names and values; the names are the same at every call for this name
     */
    public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        String[] names = labels.keySet().stream().sorted().toArray(String[]::new);
        String[] values = labels.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue)
                .toArray(String[]::new);
        family(name, help, Kind.GAUGE, names).put(values, (Gauge<Double>) value::getAsDouble);
    }

    /** A counter that something else keeps; the supplier must never go down. */
    public void counter(String name, String help, DoubleSupplier value) {
        family(name, help, Kind.COUNTER).put(new String[0], (Gauge<Double>) value::getAsDouble);
    }

    /** A histogram without labels; for the bounds see {@link Histogram#exponential}. */
    public Histogram histogram(String name, String help, double[] bounds) {
        return histograms(name, help, bounds).with();
    }

    /** Histograms that differ in the values of their labels. */
    public Labelled<Histogram> histograms(String name, String help, double[] bounds, String... labels) {
        double[] own = bounds.clone();
        return new Labelled<>(family(name, help, Kind.HISTOGRAM, labels), Histogram.class, () -> new Histogram(own));
    }

    /** The registry below, for reporters; metrics are named as in the text form, labels included. */
    public MetricRegistry registry() {
        return registry;
    }

    /** Everything in Prometheus' text format 0.0.4, names in alphabetical order. */
    public String text() {
        StringBuilder out = new StringBuilder(16 * 1024);
        try {
            for (Family family : families.values()) {
                family.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private Family family(String name, String help, Kind kind, String... labels) {
        Family family = families.computeIfAbsent(name, n -> new Family(registry, n, help, kind, labels));
        family.require(kind, labels);
        return family;
    }

    enum Kind {
        COUNTER, GAUGE, HISTOGRAM
    }

    /**
     * Metrics of one name. Keep what {@link #with} gives where the path is hot.
     *
     * @param <M> counter or histogram
     */
    public static final class Labelled<M extends Metric> {
        private final Family family;
        private final Class<M> type;
        private final Supplier<M> factory;

        Labelled(Family family, Class<M> type, Supplier<M> factory) {
            this.family = family;
            this.type = type;
            this.factory = factory;
        }

        /** The metric with these label values, in the order in which the labels were named; made at the first call. */
        public M with(String... values) {
            return type.cast(family.child(values, factory));
        }
    }
}
