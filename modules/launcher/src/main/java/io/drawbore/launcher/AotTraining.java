package io.drawbore.launcher;

import com.google.protobuf.ByteString;
import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.discovery.GrpcRegistry;
import io.drawbore.launcher.internal.AotCache;
import io.drawbore.launcher.internal.LogOutput;
import io.drawbore.launcher.internal.Plugins;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of a member from which the JVM learns what to keep in the AOT cache: it starts as every member does, with
 * the modules that the distribution has and without plug-ins, answers requests like etcdctl's and curl's, and ends.
 * Belongs to the main thread, in a process that {@code drawbore aot} starts.
 */
final class AotTraining {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 30;

    private final int client;
    private final int peer;

    private AotTraining(final int client, final int peer) {
        this.client = client;
        this.peer = peer;
    }

    /**
     * Runs it and ends the process, which is when the JVM writes the cache.
     *
     * @param home the distribution's folder
     * @param making a folder that is deleted afterwards
     * @return the exit code
     */
    static int run(final Path home, final Path making) {
        try {
            final AotTraining training = new AotTraining(freePort(), freePort());
            training.start(making);
            training.session();
            Files.writeString(making.resolve("fits"), new AotCache(home).fits());
            return 0;
        } catch (final IOException failed) {
            System.err.println("drawbore aot: " + failed.getMessage());
            return 1;
        }
    }

    private void start(final Path making) throws IOException {
        final List<String> told = List.of(
                "--name=aot",
                "--data-dir=" + making.resolve("data"),
                "--listen-client-urls=" + url(client),
                "--advertise-client-urls=" + url(client),
                "--listen-peer-urls=" + url(peer),
                "--initial-advertise-peer-urls=" + url(peer),
                "--initial-cluster=aot=" + url(peer),
                "--log-outputs=" + making.resolve("log"));
        if (!(CommandLine.parse(told, Map.of()) instanceof Invocation.Run run)) {
            throw new IOException("the flags of its member are refused");
        }
        LogOutput.start(run.config().logging());
        Plugins none = Plugins.load(Optional.empty(), run.config().plugins());
        Thread.ofPlatform().daemon().start(() -> Member.run(run.config(), none));
    }

    private void session() throws IOException {
        final long end = System.nanoTime() + PATIENCE.toNanos();
        final var settings = new GrpcRegistry.Settings(List.of(url(client)), PATIENCE, PATIENCE, "", "");
        try (GrpcRegistry grpc = new GrpcRegistry(settings)) {
            while (!serves()) {
                if (System.nanoTime() > end) {
                    throw new IOException("its member doesn't serve within " + PATIENCE.toSeconds() + " s");
                }
            }
            final ByteString key = ByteString.copyFromUtf8("key");
            for (int i = 0; i < ROUNDS; i++) {
                grpc.put(PutRequest.newBuilder().setKey(key).setValue(key).build());
                grpc.range(RangeRequest.newBuilder().setKey(key).build());
                http("POST", "/v3/kv/put", "{\"key\":\"a2V5\",\"value\":\"dmFsdWU=\"}");
            }
            http("POST", "/v3/kv/range", "{\"key\":\"a2V5\"}");
            http("POST", "/v3/watch", "{\"create_request\":{\"key\":\"a2V5\",\"start_revision\":\"2\"}}");
            http("POST", "/v3/lease/grant", "{\"TTL\":\"60\"}");
            http("POST", "/v3/maintenance/status", "{}");
            http("GET", "/health", "");
            http("GET", "/metrics", "");
        }
    }

    /** Asks once a turn, without a pause: the member's own threads have the other core. */
    private boolean serves() {
        try {
            return http("GET", "/health", "").contains(" 200 ");
        } catch (final IOException notYet) {
            Thread.onSpinWait();
            return false;
        }
    }

    /** One request on a connection of its own; answers the status line. Of a stream only the beginning is read. */
    private String http(final String method, final String path, final String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), client)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            final var answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            final String status = answer.readLine();
            if (status == null) {
                throw new IOException("no answer to " + path);
            }
            String line = status;
            for (int i = 0; i < 20 && line != null && !line.contains("events"); i++) {
                line = answer.readLine();
            }
            return status;
        }
    }

    private static String url(final int port) {
        return "http://127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
