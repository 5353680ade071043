import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The first session that ./start shows: a member on a free port, and a put, a get and a watch through it. Stays until
 * the member ends, and ends it when told to end. Run from its source: it belongs to the checkout, not to what is
 * shipped.
 */
final class Start {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final String READY = "ready to serve client requests";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<String> arguments;

    private Start(final List<String> arguments) {
        this.arguments = arguments;
    }

    public static void main(final String[] args) throws Exception {
        final List<String> all = List.of(args);
        final int code = new Start(all.subList(1, all.size())).run(Path.of(args[0]));
        System.exit(code);
    }

    private int run(final Path launcher) throws IOException, InterruptedException {
        final var command = new ArrayList<>(List.of(launcher.toString()));
        final boolean fromFile = told("config-file").isPresent();
        String client = told("listen-client-urls").orElse("http://localhost:2379").split(",", -1)[0];
        if (!fromFile) {
            if (told("listen-client-urls").isEmpty()) {
                client = "http://localhost:" + port(2379, "clients");
                command.add("--listen-client-urls=" + client);
                if (told("advertise-client-urls").isEmpty()) {
                    command.add("--advertise-client-urls=" + client);
                }
            }
            final boolean peerTold = Stream.of("listen-peer-urls", "initial-advertise-peer-urls", "initial-cluster")
                    .anyMatch(flag -> told(flag).isPresent());
            if (!peerTold) {
                final String peer = "http://localhost:" + port(2380, "peers");
                command.add("--listen-peer-urls=" + peer);
                command.add("--initial-advertise-peer-urls=" + peer);
            }
            if (told("log-format").isEmpty()) {
                command.add("--log-format=console");
            }
        }
        command.addAll(arguments);
        final Process member = new ProcessBuilder(command).redirectErrorStream(true).start();
        member.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(member)));
        final var ready = new CompletableFuture<Boolean>();
        Thread.ofPlatform().daemon().start(() -> pass(member, ready));
        if (ready.completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join() && !fromFile) {
            session(client);
        }
        return member.waitFor();
    }

    /** Hands on what the member says, and notices when it is ready, or gone. */
    private static void pass(final Process member, final CompletableFuture<Boolean> ready) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(member.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                OUT.println(line);
                if (line.contains(READY)) {
                    ready.complete(true);
                }
            }
        } catch (final IOException closed) {
            // the member's end, which its exit code tells
        }
        ready.complete(false);
    }

    private static void end(final Process member) {
        member.destroy();
        try {
            member.waitFor();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a flag or its variable says already: then it is not ours to say. */
    private Optional<String> told(final String flag) {
        for (int i = 0; i < arguments.size(); i++) {
            final Matcher matcher = Pattern.compile("--?" + flag + "(=(.*))?").matcher(arguments.get(i));
            if (matcher.matches()) {
                return Optional.of(
                        matcher.group(2) != null
                                ? matcher.group(2)
                                : i + 1 < arguments.size() ? arguments.get(i + 1) : "");
            }
        }
        return Optional.ofNullable(System.getenv("ETCD_" + flag.toUpperCase(java.util.Locale.ROOT).replace('-', '_')));
    }

    private static int port(final int usual, final String whom) throws IOException {
        if (isFree(usual)) {
            return usual;
        }
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            OUT.println("Port " + usual + " is taken; " + whom + " are served on port " + any.getLocalPort()
                    + " instead.");
            return any.getLocalPort();
        }
    }

    private static boolean isFree(final int port) {
        for (final String loopback : List.of("127.0.0.1", "::1")) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(loopback), port));
            } catch (final java.net.BindException taken) {
                if (!String.valueOf(taken.getMessage()).contains("assign")) {
                    return false;
                }
            } catch (final IOException noSuchAddress) {
                // a machine without IPv6 has nobody there either
            }
        }
        return true;
    }

    private static void session(final String client) throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            OUT.println();
            OUT.println("A put, a get and a watch, as curl would do them (greeting = hello, in base64):");
            final String key = base64("greeting");
            final String put = ask(http, client, "/v3/kv/put",
                    "{\"key\":\"" + key + "\",\"value\":\"" + base64("hello") + "\"}");
            ask(http, client, "/v3/kv/range", "{\"key\":\"" + key + "\"}");
            final Matcher revision = Pattern.compile("\"revision\"\\s*:\\s*\"([0-9]+)\"").matcher(put);
            if (revision.find()) {
                watch(http, client, "{\"create_request\":{\"key\":\"" + key + "\",\"start_revision\":\""
                        + revision.group(1) + "\"}}");
            }
            OUT.println();
            OUT.println("The member runs in the foreground and serves clients at " + client + "; Ctrl-C ends it.");
            OUT.println("With etcdctl: ETCDCTL_API=3 etcdctl --endpoints=" + client + " get greeting");
            OUT.println();
        } catch (final IOException failed) {
            OUT.println("The member did not answer: " + failed.getMessage());
        }
    }

    private static String ask(final HttpClient http, final String client, final String path, final String body)
            throws IOException, InterruptedException {
        OUT.println("$ curl -s " + client + path + " -d '" + body + "'");
        final String answer = http.send(post(client, path, body), HttpResponse.BodyHandlers.ofString())
                .body()
                .strip();
        OUT.println(answer);
        return answer;
    }

    private static void watch(final HttpClient http, final String client, final String body)
            throws IOException, InterruptedException {
        OUT.println("$ curl -sN " + client + "/v3/watch -d '" + body + "'");
        try (Stream<String> lines = http.send(post(client, "/v3/watch", body), HttpResponse.BodyHandlers.ofLines())
                .body()) {
            for (final Iterator<String> answers = lines.iterator(); answers.hasNext(); ) {
                final String answer = answers.next();
                OUT.println(answer);
                if (answer.contains("\"events\"") || answer.contains("\"error\"")) {
                    return;
                }
            }
        }
    }

    private static HttpRequest post(final String client, final String path, final String body) {
        return HttpRequest.newBuilder(URI.create(client + path))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
