package io.drawbore.embed;

import com.google.protobuf.ByteString;
import io.drawbore.api.Caller;
import io.drawbore.api.FrontDoor;
import io.drawbore.proto.etcdserverpb.MemberListRequest;
import io.drawbore.proto.etcdserverpb.PutRequest;
import io.drawbore.proto.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests ask members. */
final class Session {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Session() {}

    /** Puts a key; answers the revision. */
    static long put(final FrontDoor door, final String key, final String value) throws Exception {
        final var request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        return done(door.put(request, Caller.SELF)).getHeader().getRevision();
    }

    /** Puts a key as soon as there is a leader; where several may lead, one may lose that at any time. */
    static void putAtLast(final FrontDoor door, final String key, final String value) throws Exception {
        atLast(() -> put(door, key, value));
    }

    private static <T> T atLast(final Callable<T> request) throws Exception {
        final long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return request.call();
            } catch (final ExecutionException noLeaderYet) {
                if (System.nanoTime() - end > 0) {
                    throw noLeaderYet;
                }
            }
        }
    }

    /** Under which URL a member is known to others. */
    static URI peerUrl(final FrontDoor door) throws Exception {
        final var list = done(door.memberList(MemberListRequest.getDefaultInstance(), Caller.SELF));
        return list.getMembersList().stream()
                .filter(member -> member.getID() == list.getHeader().getMemberId())
                .map(member -> URI.create(member.getPeerURLs(0)))
                .findFirst()
                .orElseThrow();
    }

    /** The number of the member that leads, once one does. */
    static int leader(final EmbeddedCluster cluster) throws Exception {
        final long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            for (int member = 0; member < cluster.endpoints().size(); member++) {
                final var status = done(cluster.door(member).status(Caller.SELF));
                if (status.getLeader() == status.getHeader().getMemberId()) {
                    return member;
                }
            }
        }
        throw new AssertionError("nobody leads");
    }

    /** The value of a key; nothing where there is none. */
    static String get(final FrontDoor door, final String key) throws Exception {
        final var request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        final var answer = atLast(() -> done(door.range(request, Caller.SELF)));
        return answer.getKvsCount() == 0 ? "" : answer.getKvs(0).getValue().toStringUtf8();
    }

    static <T> T done(final CompletableFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits until a page has a text in it. */
    static void awaitPage(final URI endpoint, final String path, final String text)
            throws IOException, InterruptedException {
        final long end = System.nanoTime() + PATIENCE.toNanos();
        String page = page(endpoint, path);
        while (!page.contains(text)) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(text + " is not in " + page);
            }
            page = page(endpoint, path);
        }
    }

    /** What a client sees under a path of an endpoint. */
    static String page(final URI endpoint, final String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(endpoint.resolve(path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
