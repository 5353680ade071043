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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests ask members. */
final class Session {
    private static final long PATIENCE_SECONDS = 30;

    private Session() {}

    /** Puts a key; answers the revision. */
    static long put(final FrontDoor door, final String key, final String value) throws Exception {
        final var request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
        return done(door.put(request, Caller.SELF)).getHeader().getRevision();
    }

    /** Puts a key as soon as there is a leader. */
    static void putAtLast(final FrontDoor door, final String key, final String value) throws Exception {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                put(door, key, value);
                return;
            } catch (final ExecutionException noLeaderYet) {
                if (System.nanoTime() > end) {
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

    /** The number of the member that leads. */
    static int leader(final EmbeddedCluster cluster) throws Exception {
        for (int member = 0; member < cluster.endpoints().size(); member++) {
            final var status = done(cluster.door(member).status(Caller.SELF));
            if (status.getLeader() == status.getHeader().getMemberId()) {
                return member;
            }
        }
        throw new AssertionError("nobody leads");
    }

    /** The value of a key; nothing where there is none. */
    static String get(final FrontDoor door, final String key) throws Exception {
        final var request = RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
        final var answer = done(door.range(request, Caller.SELF));
        return answer.getKvsCount() == 0 ? "" : answer.getKvs(0).getValue().toStringUtf8();
    }

    static <T> T done(final CompletableFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
