package io.drawbore.bbolt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.drawbore.testkit.HeldPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A started etcd, spoken to through its JSON gateway. */
final class RealEtcd implements AutoCloseable {
    static final String NAME = "real";

    private final Process process;
    private final String client;
    private final HttpClient http = HttpClient.newHttpClient();

    private RealEtcd(Process process, String client) {
        this.process = process;
        this.client = client;
    }

    private static final List<HeldPort> HELD = new ArrayList<>();

    /** A URL that is free until the tests end. */
    static String freeUrl() throws IOException {
        HELD.add(HeldPort.take());
        return "http://127.0.0.1:" + HELD.getLast().number();
    }

    /** Starts it as the only member of a cluster, and returns when it serves clients. */
    static RealEtcd start(Path program, Path dataDir, String peer) throws IOException {
        final String client = freeUrl();
        final Process process = new ProcessBuilder(
                        program.toString(), "--name=" + NAME, "--data-dir=" + dataDir,
                        "--listen-client-urls=" + client, "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=" + NAME + "=" + peer)
                .redirectErrorStream(true)
                .start();
        final BufferedReader log = process.inputReader();
        final List<String> lines = new ArrayList<>();
        for (String line = log.readLine(); ; line = log.readLine()) {
            if (line == null) {
                return fail("etcd ended: " + lines.subList(Math.max(0, lines.size() - 5), lines.size()));
            }
            lines.add(line);
            if (line.contains("ready to serve client requests")) {
                break;
            }
        }
        Thread.ofVirtual().start(() -> drain(log));
        return new RealEtcd(process, client);
    }

    private static void drain(BufferedReader log) {
        try {
            while (log.readLine() != null) {
                // a full pipe would stop it
            }
        } catch (final IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /** The answer to a request of the gateway, without spaces. */
    String post(String path, String json) throws IOException, InterruptedException {
        final HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(client + path))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), path + ": " + answer.body());
        return answer.body().replace(" ", "");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
