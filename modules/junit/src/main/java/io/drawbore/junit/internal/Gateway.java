package io.drawbore.junit.internal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** A member's JSON gateway, as far as it is needed to make its keyspace fresh. Any thread. */
final class Gateway {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** Of a status, where a downgrade was asked for and hasn't been cancelled. */
    private static final Pattern DOWNGRADE =
            Pattern.compile("\"downgradeInfo\"\\s*:\\s*\\{[^}]*\"enabled\"\\s*:\\s*true");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** All keys: from the least on, without an end; base64 of a zero byte. */
    private static final String ALL_KEYS = "{\"key\":\"AA==\",\"range_end\":\"AA==\"}";

    private final int port;

    Gateway(final int port) {
        this.port = port;
    }

    /** A member that a test has left in a state that can't be taken back. */
    static final class CannotReset extends Exception {
        private static final long serialVersionUID = 1;

        CannotReset(final String why) {
            super(why);
        }
    }

    /**
     * Takes back what tests have done to keys, leases, alarms, users and roles. Revisions and the history stay, and so
     * does a peer URL that they changed.
     *
     * @throws CannotReset where something of it can't be
     */
    void reset() throws CannotReset {
        try {
            final CompletableFuture<String> auth = ask("auth/status", "{}");
            final CompletableFuture<String> status = ask("maintenance/status", "{}");
            final CompletableFuture<String> members = ask("cluster/member/list", "{}");
            final CompletableFuture<String> leases = ask("lease/leases", "{}");
            final CompletableFuture<String> alarms = ask("maintenance/alarm", "{\"action\":\"GET\"}");
            final CompletableFuture<String> users = ask("auth/user/list", "{}");
            final CompletableFuture<String> roles = ask("auth/role/list", "{}");
            final CompletableFuture<String> keys = ask("kv/deleterange", ALL_KEYS);
            if (auth.join().contains("\"enabled\":true")) {
                throw new CannotReset("authentication is on");
            }
            if (DOWNGRADE.matcher(status.join()).find()) {
                // it may have changed the version of cluster and storage by now
                throw new CannotReset("a downgrade is under way");
            }
            if (JsonText.values(members.join(), "ID").size() != 1) {
                throw new CannotReset("members were added to its cluster");
            }
            JsonText.values(leases.join(), "ID").stream()
                    // a short one may have expired meanwhile
                    .map(id -> ask("lease/revoke", "{\"ID\":" + id + "}", NOT_FOUND))
                    .toList()
                    .forEach(CompletableFuture::join);
            forEach("auth/user/delete", JsonText.array(users.join(), "users").stream()
                    .map(name -> "{\"name\":" + name + "}")
                    .toList());
            forEach("auth/role/delete", JsonText.array(roles.join(), "roles").stream()
                    .map(name -> "{\"role\":" + name + "}")
                    .toList());
            if (clear(alarms.join())) {
                // under some alarms nothing can be deleted
                ask("kv/deleterange", ALL_KEYS).join();
            } else {
                keys.join();
            }
        } catch (final CompletionException failed) {
            final Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new CannotReset(String.valueOf(cause.getMessage()));
        }
    }

    /** Whether there was an alarm to clear. */
    private boolean clear(final String alarms) {
        final List<String> members = JsonText.values(alarms, "memberID");
        final List<String> kinds = JsonText.values(alarms, "alarm");
        for (int i = 0; i < Math.min(members.size(), kinds.size()); i++) {
            ask("maintenance/alarm", "{\"action\":\"DEACTIVATE\",\"memberID\":" + members.get(i) + ",\"alarm\":"
                            + kinds.get(i) + "}")
                    .join();
        }
        return !members.isEmpty();
    }

    private void forEach(final String path, final List<String> bodies) {
        bodies.stream().map(body -> ask(path, body)).toList().forEach(CompletableFuture::join);
    }

    private CompletableFuture<String> ask(final String path, final String body) {
        return ask(path, body, OK);
    }

    /** Fails for any answer but this one and 200. */
    private CompletableFuture<String> ask(final String path, final String body, final int allowed) {
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/" + path))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(answer -> {
            if (answer.statusCode() != OK && answer.statusCode() != allowed) {
                throw new CompletionException(new IOException(path + " was answered with " + answer.body().strip()));
            }
            return answer.body();
        });
    }
}
