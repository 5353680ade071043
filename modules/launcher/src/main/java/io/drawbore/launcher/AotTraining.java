package io.drawbore.launcher;

import com.google.protobuf.ByteString;
import io.drawbore.config.CommandLine;
import io.drawbore.config.Invocation;
import io.drawbore.config.ServerConfig;
import io.drawbore.discovery.GrpcRegistry;
import io.drawbore.launcher.internal.AotCache;
import io.drawbore.launcher.internal.Lifeline;
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
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of a member from which the JVM learns what to keep in the AOT cache: it starts as every member does, with
 * the parts that the distribution's defaults choose, answers requests like etcdctl's and curl's, and ends. Plug-ins are
 * left out unless one of those parts is theirs. Belongs to the main thread, in a process that {@code drawbore aot}
 * starts; a lock on {@code aot/lock} keeps a second such process from the same work.
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
        try (FileChannel channel = FileChannel.open(
                        home.resolve("aot/lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException("another process makes the AOT cache just now");
            }
            final AotTraining training = new AotTraining(freePort(), freePort());
            training.session(training.start(home, making));
            Files.writeString(making.resolve("fits"), new AotCache(home).fits());
            return 0;
        } catch (final IOException failed) {
            System.err.println("drawbore aot: " + failed.getMessage());
            return 1;
        }
    }

    /** Answers the member's thread. */
    private Thread start(final Path home, final Path making) throws IOException {
        final Path defaults = home.resolve("conf/defaults.yaml");
        final ServerConfig chosen = config(List.of(), Optional.of(defaults));
        final ServerConfig config = config(
                List.of(
                        "--name=aot",
                        "--data-dir=" + making.resolve("data"),
                        "--listen-client-urls=" + url(client),
                        "--advertise-client-urls=" + url(client),
                        "--listen-peer-urls=" + url(peer),
                        "--initial-advertise-peer-urls=" + url(peer),
                        "--initial-cluster=aot=" + url(peer),
                        "--log-outputs=stderr",
                        "--backend=" + chosen.storage().backend(),
                        "--log-store=" + chosen.storage().logStore(),
                        "--v2-compat=" + chosen.compatibility().v2Compat(),
                        "--storage-migrator=" + chosen.compatibility().storageMigrator()),
                Optional.empty());
        Plugins plugins = Plugins.load(Optional.empty(), config.plugins());
        if (!plugins.faultsFor(config).isEmpty()) {
            plugins = Plugins.load(Optional.of(home), chosen.plugins());
        }
        final List<String> faults = plugins.faultsFor(config);
        if (!faults.isEmpty()) {
            throw new IOException(faults.getFirst());
        }
        LogOutput.start(config.logging());
        // of whoever has the cache made: nobody holds the other end of this process's input
        System.clearProperty(Lifeline.PROPERTY);
        final Plugins parts = plugins;
        return Thread.ofPlatform().daemon().start(() -> Member.run(config, parts));
    }

    private static ServerConfig config(final List<String> flags, final Optional<Path> defaults) throws IOException {
        return switch (CommandLine.parse(flags, Map.of(), defaults)) {
            case Invocation.Run run -> run.config();
            case Invocation.Refused refused -> throw new IOException(refused.mistakes().getFirst());
            case Invocation.ShowHelp _, Invocation.ShowVersion _ -> throw new IllegalStateException("nobody asked");
        };
    }

    private void session(final Thread member) throws IOException {
        final long end = System.nanoTime() + PATIENCE.toNanos();
        final var settings = new GrpcRegistry.Settings(List.of(url(client)), PATIENCE, PATIENCE, "", "");
        try (GrpcRegistry grpc = new GrpcRegistry(settings)) {
            while (!serves()) {
                if (!member.isAlive()) {
                    throw new IOException("its member has ended");
                }
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
