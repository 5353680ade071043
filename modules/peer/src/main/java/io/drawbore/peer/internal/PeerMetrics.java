package io.drawbore.peer.internal;

import io.drawbore.membership.MemberIds;
import io.drawbore.metrics.Counter;
import io.drawbore.metrics.Histogram;
import io.drawbore.metrics.Metrics;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** What is counted of the traffic between members, under etcd's names. */
public final class PeerMetrics {
    private static final double[] ROUND_TRIPS = Histogram.exponential(0.0001, 2, 16);
    private static final double[] SNAPSHOTS = Histogram.exponential(0.1, 2, 10);

    private final Metrics metrics;
    private final Metrics.Labelled<Counter> sentBytes;
    private final Metrics.Labelled<Counter> receivedBytes;
    private final Metrics.Labelled<Counter> sentFailures;
    private final Metrics.Labelled<Counter> receivedFailures;
    private final Metrics.Labelled<Counter> disconnected;
    private final Metrics.Labelled<Histogram> roundTrips;
    private final Transfers sending;
    private final Transfers receiving;

    /** Snapshots in one direction. */
    record Transfers(
            Metrics.Labelled<Counter> successes,
            Metrics.Labelled<Counter> failures,
            Metrics.Labelled<Histogram> seconds) {}

    /** Counts in a registry. */
    public PeerMetrics(Metrics metrics) {
        this.metrics = metrics;
        sentBytes = metrics.counters("etcd_network_peer_sent_bytes_total", "Bytes sent to other members.", "To");
        receivedBytes = metrics.counters(
                "etcd_network_peer_received_bytes_total", "Bytes received from other members.", "From");
        sentFailures = metrics.counters(
                "etcd_network_peer_sent_failures_total", "Messages that could not be sent to other members.", "To");
        receivedFailures = metrics.counters(
                "etcd_network_peer_received_failures_total",
                "Messages of other members that could not be taken.",
                "From");
        disconnected = metrics.counters(
                "etcd_network_disconnected_peers_total", "Times that another member was lost.", "Local", "Remote");
        roundTrips = metrics.histograms(
                "etcd_network_peer_round_trip_time_seconds", "Round trips to other members.", ROUND_TRIPS, "To");
        sending = new Transfers(
                metrics.counters("etcd_network_snapshot_send_success", "Snapshots sent.", "To"),
                metrics.counters("etcd_network_snapshot_send_failures", "Snapshots that were not sent.", "To"),
                metrics.histograms(
                        "etcd_network_snapshot_send_total_duration_seconds",
                        "How long sending snapshots took.",
                        SNAPSHOTS,
                        "To"));
        receiving = new Transfers(
                metrics.counters("etcd_network_snapshot_receive_success", "Snapshots received.", "From"),
                metrics.counters(
                        "etcd_network_snapshot_receive_failures", "Snapshots that were not received.", "From"),
                metrics.histograms(
                        "etcd_network_snapshot_receive_total_duration_seconds",
                        "How long receiving snapshots took.",
                        SNAPSHOTS,
                        "From"));
    }

    Counter sentBytes(String to) {
        return sentBytes.with(to);
    }

    Counter receivedBytes(String from) {
        return receivedBytes.with(from);
    }

    Counter sentFailures(String to) {
        return sentFailures.with(to);
    }

    Counter receivedFailures(String from) {
        return receivedFailures.with(from);
    }

    Counter disconnected(Local local, String remote) {
        return disconnected.with(local.id(), remote);
    }

    Histogram roundTrips(String to) {
        return roundTrips.with(to);
    }

    Transfers sending() {
        return sending;
    }

    Transfers receiving() {
        return receiving;
    }

    /** Shows whether a member is in touch. */
    void active(Local local, long remote, DoubleSupplier active) {
        metrics.gauge(
                "etcd_network_active_peers",
                "Whether another member is in touch.",
                Map.of("Local", local.id(), "Remote", MemberIds.hex(remote)),
                active);
    }
}
