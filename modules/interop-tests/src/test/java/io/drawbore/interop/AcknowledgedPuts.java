package io.drawbore.interop;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client of a cluster that puts one key after the other, whose values are their names, and remembers those that were
 * acknowledged. Closing ends it.
 */
final class AcknowledgedPuts implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    private final List<String> keys = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;
    private long last = System.nanoTime();
    private long longestPause;

    private AcknowledgedPuts(final String name, final Writing writing) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> writing.until(over, this::acknowledged));
    }

    private interface Writing {
        void until(AtomicBoolean over, Acknowledged told);
    }

    private interface Acknowledged {
        void key(String key);
    }

    private synchronized void acknowledged(final String key) {
        keys.add(key);
        final long now = System.nanoTime();
        longestPause = Math.max(longestPause, now - last);
        last = now;
    }

    /** The keys so far. */
    synchronized List<String> keys() {
        return List.copyOf(keys);
    }

    /** How long nothing was acknowledged, at the most, since this was asked for the last time. */
    synchronized Duration longestPause() {
        final Duration longest = Duration.ofNanos(longestPause);
        longestPause = 0;
        return longest;
    }

    /** The official Go client, by a program of ours. */
    static AcknowledgedPuts goClient(final String endpoints) {
        final String program = Programs.go("client").toString();
        return new AcknowledgedPuts("go", (over, told) -> {
            try {
                final Process process = new ProcessBuilder(program, endpoints, "writer", "go-").start();
                try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                    for (String key = lines.readLine(); key != null && !over.get(); key = lines.readLine()) {
                        told.key(key);
                    }
                } finally {
                    process.destroyForcibly();
                }
            } catch (final IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    /** The client of the JVM's own. */
    static AcknowledgedPuts jetcd(final String endpoints) {
        return new AcknowledgedPuts("jetcd", (over, told) -> {
            try (Client client = Client.builder().endpoints(endpoints.split(",")).build()) {
                for (int number = 0; !over.get(); number++) {
                    final String key = "jetcd-" + number;
                    final ByteSequence bytes = ByteSequence.from(key, StandardCharsets.UTF_8);
                    try {
                        client.getKVClient().put(bytes, bytes).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        told.key(key);
                    } catch (final ExecutionException | TimeoutException inDoubt) {
                        // neither done nor not done
                    } catch (final InterruptedException interrupted) {
                        return;
                    }
                }
            }
        });
    }

    /** etcdctl, a process a put. */
    static AcknowledgedPuts etcdctl(final String endpoints) {
        final String program = Programs.go("etcdctl-3.7").toString();
        return new AcknowledgedPuts("etcdctl", (over, told) -> {
            for (int number = 0; !over.get(); number++) {
                final String key = "etcdctl-" + number;
                if (Ran.etcdctl(List.of(program, "--endpoints=" + endpoints, "put", key, key), "").exitCode() == 0) {
                    told.key(key);
                }
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        thread.join();
    }
}
